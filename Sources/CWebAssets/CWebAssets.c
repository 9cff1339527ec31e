// #embed is C23's; the build lists what is embedded among its inputs, so a page that changes is built in again.
#pragma clang diagnostic ignored "-Wc23-extensions"
#include "CWebAssets.h"

static const unsigned char theme_css[] = {
#embed "pages/theme.css"
};
static const unsigned char charts_js[] = {
#embed "pages/charts.js"
};
static const unsigned char elements_js[] = {
#embed "pages/elements.js"
};
static const unsigned char reel_svg[] = {
#embed "pages/reel.svg"
};
static const unsigned char viewer_html[] = {
#embed "pages/viewer/viewer.html"
};
static const unsigned char viewer_css[] = {
#embed "pages/viewer/viewer.css"
};
static const unsigned char viewer_js[] = {
#embed "pages/viewer/viewer.js"
};
static const unsigned char dataset_js[] = {
#embed "pages/viewer/dataset.js"
};
static const unsigned char episodes_js[] = {
#embed "pages/viewer/episodes.js"
};
static const unsigned char edits_js[] = {
#embed "pages/viewer/edits.js"
};
static const unsigned char player_js[] = {
#embed "pages/viewer/player.js"
};
static const unsigned char plots_js[] = {
#embed "pages/viewer/plots.js"
};
static const unsigned char statistics_js[] = {
#embed "pages/viewer/statistics.js"
};
static const unsigned char operator_html[] = {
#embed "pages/operator/operator.html"
};
static const unsigned char operator_css[] = {
#embed "pages/operator/operator.css"
};
static const unsigned char operator_js[] = {
#embed "pages/operator/operator.js"
};
static const unsigned char live_js[] = {
#embed "pages/operator/live.js"
};
static const unsigned char cameras_js[] = {
#embed "pages/operator/cameras.js"
};
static const unsigned char strips_js[] = {
#embed "pages/operator/strips.js"
};
static const unsigned char dygraph_min_js[] = {
#embed "../../.dependencies/web/dygraph.min.js"
};
static const unsigned char dygraph_css[] = {
#embed "../../.dependencies/web/dygraph.css"
};

#define SCRIPT "text/javascript; charset=utf-8"
#define STYLE "text/css; charset=utf-8"
#define PAGE "text/html; charset=utf-8"
#define DRAWING "image/svg+xml"
#define ASSET(path, type, bytes) {path, type, bytes, sizeof bytes}

static const struct reel_web_asset assets[] = {
    ASSET("theme.css", STYLE, theme_css),
    ASSET("charts.js", SCRIPT, charts_js),
    ASSET("elements.js", SCRIPT, elements_js),
    ASSET("reel.svg", DRAWING, reel_svg),
    ASSET("viewer/viewer.html", PAGE, viewer_html),
    ASSET("viewer/viewer.css", STYLE, viewer_css),
    ASSET("viewer/viewer.js", SCRIPT, viewer_js),
    ASSET("viewer/dataset.js", SCRIPT, dataset_js),
    ASSET("viewer/episodes.js", SCRIPT, episodes_js),
    ASSET("viewer/edits.js", SCRIPT, edits_js),
    ASSET("viewer/player.js", SCRIPT, player_js),
    ASSET("viewer/plots.js", SCRIPT, plots_js),
    ASSET("viewer/statistics.js", SCRIPT, statistics_js),
    ASSET("operator/operator.html", PAGE, operator_html),
    ASSET("operator/operator.css", STYLE, operator_css),
    ASSET("operator/operator.js", SCRIPT, operator_js),
    ASSET("operator/live.js", SCRIPT, live_js),
    ASSET("operator/cameras.js", SCRIPT, cameras_js),
    ASSET("operator/strips.js", SCRIPT, strips_js),
    ASSET("dygraph.min.js", SCRIPT, dygraph_min_js),
    ASSET("dygraph.css", STYLE, dygraph_css),
};

const int reel_web_asset_count = sizeof assets / sizeof *assets;

const struct reel_web_asset *reel_web_asset(int number) { return &assets[number]; }
