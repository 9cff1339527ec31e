// Arrow C++ is spoken to in Sources/CArrow alone.
#pragma once
