// The files of the pages, as bytes in the program.
#pragma once

struct reel_web_asset {
    // Among the pages; its address is its last part.
    const char *path;
    // As HTTP calls it.
    const char *type;
    const unsigned char *bytes;
    long count;
};

extern const int reel_web_asset_count;

/// The asset of this number, counted from 0.
const struct reel_web_asset *reel_web_asset(int number);
