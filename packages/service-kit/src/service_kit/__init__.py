"""Tools for a process of the platform: settings, logs, health, telemetry, listeners, problems."""
