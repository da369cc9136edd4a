"""Topics, edges, apps and event shapes of the platform, as data; no I/O."""
