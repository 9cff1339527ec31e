// What the charts of both pages have in common.

export const COLOURS = ["#4f9dff", "#ff9f43", "#3fbf7f", "#e5646a", "#a87dff", "#c9a227", "#2bbac5", "#ff7eb6", "#8c9aab", "#8bc34a", "#d07a3e", "#6f7bff"];

/** How every chart looks. */
export const LOOK = { colors: COLOURS, legend: "never", strokeWidth: 1.4, highlightCircleSize: 0, axisLineColor: "#7f8a96", gridLineColor: "#7f8a9633" };

// It styles an element that it never shows in a way that the pages' policy refuses; legends are our own.
Dygraph.PLUGINS = Dygraph.PLUGINS.filter(plugin => plugin !== Dygraph.Plugins.Legend);
