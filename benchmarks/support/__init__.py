"""What benchmarks share: plans of any size with a fixed seed, and the real window driven by real mouse events."""
