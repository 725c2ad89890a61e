module loadbot-agent/test/http2/go-server

go 1.26.0
