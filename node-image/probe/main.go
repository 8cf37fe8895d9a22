// Command probe is a workload that proves a cluster's network: it serves its own name, and asks others for theirs.
//
//	probe serve [-listen :8080]     answers GET / with a JSON identity, GET /healthz with 200,
//	                                GET /fetch?url=U with what U answered, GET /resolve?name=N with N's addresses
//	probe fetch [-timeout 5s] URL   prints the body; exit status 1 when the answer is not 200
//	probe resolve [-timeout 5s] NAME  prints one address a line
//
// An identity is {"hostname","node","podIP","remote"}; node and podIP come from NODE_NAME and POD_IP (downward API).
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"
)

const bodyLimit = 64 << 10

func main() {
	if len(os.Args) < 2 {
		fail(errors.New("usage: probe serve | fetch URL | resolve NAME"))
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	flags := flag.NewFlagSet(os.Args[1], flag.ExitOnError)
	listen := flags.String("listen", ":8080", "address to serve on")
	timeout := flags.Duration("timeout", 5*time.Second, "time for one request")
	_ = flags.Parse(os.Args[2:])

	switch os.Args[1] {
	case "serve":
		exitOn(serve(ctx, *listen))
	case "fetch":
		limited, cancel := context.WithTimeout(ctx, *timeout)
		defer cancel()
		body, err := fetch(limited, flags.Arg(0))
		exitOn(err)
		fmt.Println(strings.TrimSpace(body))
	case "resolve":
		limited, cancel := context.WithTimeout(ctx, *timeout)
		defer cancel()
		addresses, err := net.DefaultResolver.LookupHost(limited, flags.Arg(0))
		exitOn(err)
		fmt.Println(strings.Join(addresses, "\n"))
	default:
		fail(fmt.Errorf("unknown command %q", os.Args[1]))
	}
}

func serve(ctx context.Context, listen string) error {
	hostname, _ := os.Hostname()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		answer(w, map[string]string{
			"hostname": hostname, "node": os.Getenv("NODE_NAME"), "podIP": os.Getenv("POD_IP"), "remote": r.RemoteAddr,
		})
	})
	mux.HandleFunc("GET /fetch", func(w http.ResponseWriter, r *http.Request) {
		body, err := fetch(r.Context(), r.URL.Query().Get("url"))
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		_, _ = io.WriteString(w, body)
	})
	mux.HandleFunc("GET /resolve", func(w http.ResponseWriter, r *http.Request) {
		addresses, err := net.DefaultResolver.LookupHost(r.Context(), r.URL.Query().Get("name"))
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		answer(w, addresses)
	})
	server := &http.Server{Addr: listen, Handler: mux, ReadHeaderTimeout: 5 * time.Second, WriteTimeout: 15 * time.Second}
	go func() {
		<-ctx.Done()
		limited, cancel := context.WithTimeout(context.Background(), 2*time.Second)
		defer cancel()
		_ = server.Shutdown(limited)
	}()
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

func answer(w http.ResponseWriter, value any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(value)
}

func fetch(ctx context.Context, target string) (string, error) {
	parsed, err := url.Parse(target)
	if err != nil || parsed.Scheme != "http" || parsed.Host == "" {
		return "", fmt.Errorf("%q is not an http URL", target)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, parsed.String(), nil)
	if err != nil {
		return "", err
	}
	// One connection a request: behind a Service each must be free to reach another Pod.
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: 10 * time.Second}
	response, err := client.Do(request)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, bodyLimit))
	if err != nil {
		return "", err
	}
	if response.StatusCode != http.StatusOK {
		return "", fmt.Errorf("%s answered %s: %s", target, response.Status, strings.TrimSpace(string(body)))
	}
	return string(body), nil
}

func exitOn(err error) {
	if err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "probe:", err)
	os.Exit(1)
}
