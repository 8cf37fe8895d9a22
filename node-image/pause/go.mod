module slipway.dev/pause

go 1.24.0
