#include "exporter/nvml.h"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

#include <dlfcn.h>

#include "exporter/nvml_functions.h"

namespace seadragon::exporter {
namespace {

using nvml::call;
using nvml::Device;
using nvml::Functions;
using nvml::Result;

/// "" when it fails.
template <class Function, class... Arguments>
std::string text_of(Function* function, Arguments... arguments) {
  std::array<char, nvml::text_bytes> text{};
  const auto size = static_cast<unsigned>(text.size() - 1);  // the last byte stays 0
  return call(function, arguments..., text.data(), size) == Result::success ? text.data() : "";
}

/// No answer will come, of this GPU or of any.
bool is_lost(Result result) {
  return result == Result::gpu_is_lost || result == Result::uninitialized ||
         result == Result::driver_not_loaded;
}

double thousandths(double value) { return value / 1000; }

/// The answers of one GPU.
class Interview {
 public:
  Interview(const Functions& functions, Device device) : ask_(functions), device_(device) {}

  /// Throws Result when the GPU is lost.
  Gpu conduct(unsigned index) {
    Gpu gpu{};
    gpu.index = index;
    gpu.uuid = text_of(ask_.uuid, device_);
    gpu.name = text_of(ask_.name, device_);
    nvml::Utilization busy{};
    if (answers(call(ask_.utilization, device_, &busy))) gpu.utilization = busy.gpu / 100.0;
    memory(gpu);
    unsigned number = 0;
    if (answers(call(ask_.power, device_, &number))) gpu.power_watts = thousandths(number);
    if (answers(call(ask_.power_limit, device_, &number))) {
      gpu.power_limit_watts = thousandths(number);
    }
    if (answers(call(ask_.temperature, device_, nvml::temperature_of_gpu, &number))) {
      gpu.temperature_celsius = number;
    }
    unsigned long long millijoules = 0;
    if (answers(call(ask_.energy, device_, &millijoules))) {
      gpu.energy_joules = thousandths(static_cast<double>(millijoules));
    }
    gpu.corrected_errors = errors(nvml::MemoryError::corrected);
    gpu.uncorrected_errors = errors(nvml::MemoryError::uncorrected);
    gpu.processes = processes();
    return gpu;
  }

  /// The last of those of a GPU that is not lost.
  Result failure() const { return failure_; }

 private:
  bool answers(Result result) {
    if (is_lost(result)) throw result;
    const bool is_refused = result == Result::not_supported || result == Result::no_permission ||
                            result == Result::function_not_found;
    if (result != Result::success && !is_refused) failure_ = result;
    return result == Result::success;
  }

  void memory(Gpu& gpu) {
    nvml::MemoryV2 memory{};
    memory.version = nvml::memory_v2;
    if (call(ask_.memory_v2, device_, &memory) == Result::success) {
      gpu.memory_total_bytes = memory.total;
      gpu.memory_used_bytes = memory.used;
      gpu.memory_reserved_bytes = memory.reserved;
      return;
    }
    nvml::Memory old{};
    if (!answers(call(ask_.memory, device_, &old))) return;
    gpu.memory_total_bytes = old.total;
    gpu.memory_used_bytes = old.used;
  }

  std::optional<std::uint64_t> errors(nvml::MemoryError kind) {
    unsigned long long count = 0;
    const auto lifetime = nvml::ErrorCounter::lifetime;
    if (!answers(call(ask_.memory_errors, device_, kind, lifetime, &count))) return std::nullopt;
    return count;
  }

  std::optional<std::vector<GpuProcess>> processes() {
    std::vector<nvml::Process> found;
    unsigned count = 0;
    Result result = Result::insufficient_size;
    // Others may start between two calls, but not for ever.
    for (int tries = 0; tries < 4 && result == Result::insufficient_size; ++tries) {
      constexpr unsigned room = 16;
      found.resize(count + room);
      count = static_cast<unsigned>(found.size());
      result = call(ask_.processes, device_, &count, found.data());
    }
    if (!answers(result)) return std::nullopt;
    std::vector<GpuProcess> processes;
    found.resize(std::min<std::size_t>(found.size(), count));
    for (const nvml::Process& process : found) {
      processes.push_back({.pid = process.pid, .memory_bytes = std::nullopt});
      if (process.used_bytes != nvml::not_available) {
        processes.back().memory_bytes = process.used_bytes;
      }
    }
    return processes;
  }

  const Functions& ask_;
  Device device_;
  Result failure_ = Result::success;
};

void add_sentence(std::string& text, const std::string& sentence) {
  text += (text.empty() ? "" : "; ") + sentence;
}

}  // namespace

/// The library while it is loaded, and NVML while it is started.
class Nvml::Session {
 public:
  /// `library` is dlopen's, and is closed at the end.
  Session(std::string name, void* library)
      : name_(std::move(name)), library_(library), functions_(library) {}

  ~Session() {
    if (is_started_) call(functions_.shutdown);
    ::dlclose(library_);
  }

  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// Throws std::runtime_error that says why not.
  void start() {
    const Result result = call(functions_.init);
    if (result != Result::success) fail(result);
    is_started_ = true;
  }

  GpuReading read() {
    GpuReading reading;
    reading.driver = text_of(functions_.driver_version);
    unsigned count = 0;
    if (const Result result = call(functions_.count, &count); result != Result::success) {
      is_lost_ = true;
      fail(result);
    }
    for (unsigned index = 0; index < count; ++index) add(index, reading);
    return reading;
  }

  /// It should be started anew.
  bool is_lost() const { return is_lost_; }

 private:
  void add(unsigned index, GpuReading& reading) {
    const auto fails = [&](Result result) {
      add_sentence(reading.failure, "GPU " + std::to_string(index) + ": " + words(result));
      is_lost_ = is_lost_ || exporter::is_lost(result);
    };
    Device device = nullptr;
    const Result found = call(functions_.device, index, &device);
    // Counted all the same, but somebody decided that it is not for this user.
    if (found == Result::no_permission) return;
    if (found != Result::success) return fails(found);
    try {
      Interview interview(functions_, device);
      reading.gpus.push_back(interview.conduct(index));
      if (interview.failure() != Result::success) fails(interview.failure());
    } catch (const Result& lost) {
      fails(lost);
    }
  }

  [[noreturn]] void fail(Result result) const {
    throw std::runtime_error(name_ + ": " + words(result));
  }

  std::string words(Result result) const {
    const char* const text =
        functions_.error_string == nullptr ? nullptr : functions_.error_string(result);
    return text != nullptr ? text : "error " + std::to_string(static_cast<int>(result));
  }

  std::string name_;
  void* library_;
  Functions functions_;
  bool is_started_ = false, is_lost_ = false;
};

Nvml::Nvml(std::string library, std::chrono::milliseconds retry_after)
    : library_(std::move(library)), retry_after_(retry_after) {}

Nvml::~Nvml() = default;

GpuReading Nvml::read() {
  const auto now = std::chrono::steady_clock::now();
  const bool is_useless = session_ == nullptr || session_->is_lost();
  if (is_useless && now >= retry_at_) {
    retry_at_ = now + retry_after_;
    open();
  }
  if (!failure_.empty()) throw std::runtime_error(failure_);
  return session_ == nullptr ? GpuReading{} : session_->read();
}

void Nvml::open() {
  session_.reset();
  failure_.clear();
  // Each time anew: an update may have replaced it.
  void* const library = ::dlopen(library_.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) return;
  auto session = std::make_unique<Session>(library_, library);
  try {
    session->start();
    session_ = std::move(session);
  } catch (const std::runtime_error& failure) {
    failure_ = failure.what();
  }
}

}  // namespace seadragon::exporter
