"""`make browser`: Reel's pages in a real browser."""
