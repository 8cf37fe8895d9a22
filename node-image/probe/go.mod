module slipway.dev/probe

go 1.24.0
