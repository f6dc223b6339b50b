#include "examples/llm_server/server.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>
#include <optional>  // monitoring
#include <stdexcept>
#include <utility>
#include <variant>

#include "examples/llm_server/tokenizer.h"

namespace llm_server {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t context_tokens = 8192;
constexpr std::size_t body_bytes = 1 << 20;
constexpr int waiting_connections = 1024;
/// How often a stream says something while its request waits: the only way to see a client leave.
constexpr auto waiting_interval = 100ms;

std::string read_text(const std::string& file) {
  std::ifstream stream(file);
  if (!stream) throw std::runtime_error("cannot read the corpus from " + file);
  return {std::istreambuf_iterator<char>(stream), {}};
}

struct Address {
  std::string host;
  int port;
};

Address parse_address(const std::string& text) {
  const auto colon = std::min(text.rfind(':'), text.size());
  const std::string_view digits = std::string_view(text).substr(std::min(colon + 1, text.size()));
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (colon == 0 || error != std::errc() || end != digits.data() + digits.size()) {
    throw std::runtime_error("the address \"" + text + "\" is not host:port");
  }
  return {text.substr(0, colon), port};
}

void answer_problem(const Problem& problem, httplib::Response& response) {
  response.status = problem.status;
  response.set_content(error_body(problem), "application/json");
}

}  // namespace

Server::Server(const Options& options)
    : options_(options),
      keys_(ApiKeys::from_file(options.keys)),
      model_(read_text(options.corpus)),
      contexts_(options.slots * context_tokens),
      generator_(model_, contexts_, options.tokens_per_second),
      monitor_(options.metrics, {options.log}),  // monitoring
      jobs_(
          {
              .capacity = options.queue,
              .slots = options.slots,
              .ledger = monitor_.queue(                                      // monitoring
                  {"chat", options.queue, options.slots, {options.model}}),  // monitoring
          },
          [this](Job& job) { generator_.generate(job); }),
      http_(monitor_),  // monitoring
      address_(options.listen) {
  contexts_.show_in(monitor_.kv_cache_usage(options.model));  // monitoring
  for (const Caller& caller : keys_.callers()) {              // monitoring
    monitor_.usage({caller.user, caller.key_id});             // monitoring
  }                                                           // monitoring
  add_routes();
  listen();
}

Server::~Server() { stop(); }

void Server::listen() {
  http_.new_task_queue = [threads = options_.http_threads] {
    return new httplib::ThreadPool(threads);
  };
  http_.set_payload_max_length(body_bytes);
  http_.set_tcp_nodelay(true);

  auto [host, port] = parse_address(options_.listen);
  int socket = -1;
  http_.set_socket_options([&socket](int made) {
    // Not SO_REUSEPORT, which cpp-httplib sets: two servers could share an address unnoticed.
    const int on = 1;
    setsockopt(made, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    socket = made;
  });
  const bool bound =
      port == 0 ? (port = http_.bind_to_any_port(host)) > 0 : http_.bind_to_port(host, port);
  // Again, because cpp-httplib lets only five connections wait: a burst would lose some.
  if (!bound || ::listen(socket, waiting_connections) != 0) {
    throw std::runtime_error("cannot listen on " + options_.listen +
                             ": taken, or no address of this machine");
  }
  address_ = host + ":" + std::to_string(port);
  listening_ = std::thread([this] { http_.listen_after_bind(); });
  // stop() has no effect on a server that has not begun to listen.
  while (!http_.is_running()) std::this_thread::yield();
}

void Server::stop() {
  jobs_.close();
  http_.stop();
  if (listening_.joinable()) listening_.join();
}

void Server::add_routes() {
  using Known = std::optional<seadragon::monitoring::Caller>;         // monitoring
  http_.set_caller_resolver([this](const Request& request) {          // monitoring
    const Caller* const caller = caller_of(request);                  // monitoring
    return caller ? Known({caller->user, caller->key_id}) : Known();  // monitoring
  });                                                                 // monitoring
  http_.Get("/health", [](const Request&, Response& response) {
    response.set_content(R"({"status":"ok"})", "application/json");
  });
  http_.Get("/v1/models", with_key([this](const Request&, Response& response) {
              response.set_content(models_body(options_.model), "application/json");
            }));
  http_.Post("/v1/chat/completions", with_key([this](const Request& request, Response& response) {
               complete(CompletionKind::chat, request, response);
             }));
  http_.Post("/v1/completions", with_key([this](const Request& request, Response& response) {
               complete(CompletionKind::text, request, response);
             }));
  http_.set_error_handler([](const Request& request, Response& response) {
    if (!response.body.empty()) return;
    const std::string what = response.status == 404 ? "Unknown request URL: " : "Cannot serve: ";
    answer_problem({response.status, what + request.method + " " + request.path,
                    "invalid_request_error", response.status == 404 ? "unknown_url" : ""},
                   response);
  });
  http_.set_exception_handler([](const Request&, Response& response, std::exception_ptr) {
    answer_problem(problem_of(Ending::failed), response);
  });
}

const Caller* Server::caller_of(const Request& request) const {
  return keys_.find(request.get_header_value("Authorization"),
                    request.get_header_value("X-API-Key"));
}

/// Not a pre-routing handler: that would answer before the body has been read, and closing a
/// connection with unread data resets it before the client has seen the answer.
HttpServer::Handler Server::with_key(HttpServer::Handler handler) const {
  return [this, handler = std::move(handler)](const Request& request, Response& response) {
    if (caller_of(request) != nullptr) return handler(request, response);
    answer_problem({401, "Incorrect API key provided.", "invalid_request_error", "invalid_api_key"},
                   response);
  };
}

void Server::complete(CompletionKind kind, const Request& request, Response& response) {
  Job job;
  try {
    job.request = parse_completion_request(kind, request.body);
  } catch (const InvalidRequest& invalid) {
    return answer_problem({400, invalid.what(), "invalid_request_error", "invalid_request"},
                          response);
  }
  if (job.request.model != options_.model) {
    return answer_problem({404, "The model \"" + job.request.model + "\" does not exist.",
                           "invalid_request_error", "model_not_found"},
                          response);
  }
  job.prompt = tokenize(job.request.prompt);
  if (job.prompt.size() + job.request.max_tokens > context_tokens) {
    return answer_problem({400,
                           "Prompt and max_tokens exceed the context of " +
                               std::to_string(context_tokens) + " tokens.",
                           "invalid_request_error", "context_length_exceeded"},
                          response);
  }
  job.deadline = Clock::now() + options_.time_limit;
  job.usage = seadragon::monitoring::httplib::usage();  // monitoring

  const Answer answer(job.request);
  const std::size_t prompt_tokens = job.prompt.size();
  const bool wants_stream = job.request.stream;
  const bool include_usage = job.request.include_usage;
  const std::shared_ptr<Reply> reply = jobs_.submit(std::move(job));
  if (reply == nullptr) {
    response.set_header("Retry-After", "1");
    return answer_problem(
        {429, "The queue is full. Please try again later.", "rate_limit_error", "queue_full"},
        response);
  }
  if (!wants_stream) return answer_whole(answer, prompt_tokens, *reply, response);
  response.set_header("Cache-Control", "no-store");
  response.set_chunked_content_provider(
      "text/event-stream",
      [=, this](std::size_t, httplib::DataSink& sink) {
        return stream(answer, prompt_tokens, include_usage, *reply, sink);
      },
      // Runs in any case: also when the client left before the first byte.
      [=, this](bool) { jobs_.cancel(*reply); });
}

/// A client that leaves meanwhile cannot be noticed: cpp-httplib 0.11.4 does not tell, and there
/// is nothing to send before the end.
void Server::answer_whole(const Answer& answer, std::size_t prompt_tokens, Reply& reply,
                          Response& response) {
  std::string text;
  Usage usage{prompt_tokens, 0};
  for (;;) {
    const auto event = reply.next(Clock::now() + waiting_interval);
    if (!event) {
      jobs_.drop_overdue();
    } else if (const auto* token = std::get_if<std::string>(&*event)) {
      text += *token;
      ++usage.completion_tokens;
    } else {
      const Ending ending = std::get<Ending>(*event);
      if (ending != Ending::stop && ending != Ending::length) {
        return answer_problem(problem_of(ending), response);
      }
      return response.set_content(answer.whole(text, ending, usage), "application/json");
    }
  }
}

/// Sends the whole stream in one call: between calls cpp-httplib would break it off at shutdown.
/// False when the client has left.
bool Server::stream(const Answer& answer, std::size_t prompt_tokens, bool include_usage,
                    Reply& reply, httplib::DataSink& sink) {
  const auto send = [&](std::string_view text) { return sink.write(text.data(), text.size()); };
  Usage usage{prompt_tokens, 0};
  for (;;) {
    const auto event = reply.next(Clock::now() + waiting_interval);
    if (!event) {
      jobs_.drop_overdue();
      if (!send(": waiting\n\n")) return false;
    } else if (const auto* token = std::get_if<std::string>(&*event)) {
      ++usage.completion_tokens;
      if (!send(answer.chunk(*token))) return false;
    } else {
      const Ending ending = std::get<Ending>(*event);
      std::string last;
      if (ending == Ending::stop || ending == Ending::length) {
        last = answer.last_chunk(ending);
        if (include_usage) last += answer.usage_chunk(usage);
      } else {
        last = "data: " + error_body(problem_of(ending)) + "\n\n";
      }
      if (!send(last + std::string(stream_end))) return false;
      sink.done();
      return true;
    }
  }
}

}  // namespace llm_server
