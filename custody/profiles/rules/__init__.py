"""The rules that checks of profiles name: small, pure, most of them about any kind of thing."""
