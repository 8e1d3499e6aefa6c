package main

// What the gateway reads.
const (
	headerKey     = "x-portkey-api-key"
	headerTrace   = "x-portkey-trace-id"
	headerVirtual = "x-portkey-virtual-key"
)
