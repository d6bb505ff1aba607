"""What players read: packages, WebVTT, and the checks that every file passes before it is published."""
