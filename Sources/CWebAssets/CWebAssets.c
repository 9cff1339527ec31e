// #embed is C23's; the build lists what is embedded among its inputs, so a page that changes is built in again.
#pragma clang diagnostic ignored "-Wc23-extensions"
#include "CWebAssets.h"

static const unsigned char viewer_html[] = {
#embed "pages/viewer.html"
};
static const unsigned char viewer_css[] = {
#embed "pages/viewer.css"
};
static const unsigned char viewer_js[] = {
#embed "pages/viewer.js"
};
static const unsigned char dataset_js[] = {
#embed "pages/dataset.js"
};
static const unsigned char episodes_js[] = {
#embed "pages/episodes.js"
};
static const unsigned char player_js[] = {
#embed "pages/player.js"
};
static const unsigned char plots_js[] = {
#embed "pages/plots.js"
};
static const unsigned char statistics_js[] = {
#embed "pages/statistics.js"
};
static const unsigned char dygraph_js[] = {
#embed "../../.dependencies/web/dygraph.min.js"
};
static const unsigned char dygraph_css[] = {
#embed "../../.dependencies/web/dygraph.css"
};

static const unsigned char reel_svg[] = {
#embed "pages/reel.svg"
};

#define SCRIPT "text/javascript; charset=utf-8"
#define STYLE "text/css; charset=utf-8"
#define PAGE "text/html; charset=utf-8"
#define ASSET(name, type, bytes) {name, type, bytes, sizeof bytes}

static const struct reel_web_asset assets[] = {
    ASSET("viewer.html", PAGE, viewer_html),
    ASSET("viewer.css", STYLE, viewer_css),
    ASSET("viewer.js", SCRIPT, viewer_js),
    ASSET("dataset.js", SCRIPT, dataset_js),
    ASSET("episodes.js", SCRIPT, episodes_js),
    ASSET("player.js", SCRIPT, player_js),
    ASSET("plots.js", SCRIPT, plots_js),
    ASSET("statistics.js", SCRIPT, statistics_js),
    ASSET("reel.svg", "image/svg+xml", reel_svg),
    ASSET("dygraph.min.js", SCRIPT, dygraph_js),
    ASSET("dygraph.css", STYLE, dygraph_css),
};

const int reel_web_asset_count = sizeof assets / sizeof *assets;

const struct reel_web_asset *reel_web_asset(int number) { return &assets[number]; }
