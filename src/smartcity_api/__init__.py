"""System of record of Thailand's smart-city programme: who is at which stage, who decided it, on which document."""

__version__ = "0.1.0"
