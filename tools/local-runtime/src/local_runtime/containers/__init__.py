"""The platform in containers: images, the engine that builds and runs them, and what Compose is given."""
