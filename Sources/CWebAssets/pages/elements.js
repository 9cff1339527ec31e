// What every page is made with.

/** Makes an element: its attributes, and what is in it. Text is only ever text. */
export function element(name, attributes = {}, ...content) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key === "class") made.className = value;
    else if (value !== null && value !== undefined && value !== false) made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...content.filter(part => part !== null && part !== undefined));
  return made;
}

/** "12.3 s", "3:05 min", "2:03 h" */
export function duration(seconds) {
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const unit = seconds < 3600 ? 60 : 3600;
  const small = Math.floor(seconds % unit / (unit / 60));
  return `${Math.floor(seconds / unit)}:${String(small).padStart(2, "0")} ${unit === 60 ? "min" : "h"}`;
}
