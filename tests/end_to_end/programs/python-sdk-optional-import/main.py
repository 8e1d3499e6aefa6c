from providers import gateway

if not gateway.AVAILABLE:
    raise SystemExit("no gateway installed")

print(gateway.complete("Write a haiku about imports."))
