"""Ways of breaking Reel, a file each, and what some of them share."""
