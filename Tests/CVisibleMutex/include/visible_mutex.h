// Lets the thread sanitizer see how Swift's Mutex goes from one thread to the next. Nothing is called: linking it in is enough,
// and without that sanitizer it is empty.
#pragma once
