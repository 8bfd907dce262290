#include "runtime/values/random.hpp"

#include <openssl/evp.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <stdexcept>

namespace parlor {
namespace {

constexpr std::size_t block_bytes = 64;

void demand(bool done) {
  if (!done) throw std::runtime_error("the system gives no random numbers");
}

/// OpenSSL's ChaCha20. To make one costs more than to use it: each thread keeps its own.
class cipher {
 public:
  cipher() : used_(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free) {
    demand(used_ && EVP_EncryptInit_ex(used_.get(), EVP_chacha20(), nullptr, nullptr, nullptr) == 1);
  }
  void expand(const random_key& key, std::uint64_t block, std::span<unsigned char> into) {
    std::array<unsigned char, 16> start{};  // the block's number, and no nonce: no key is used for two streams
    std::memcpy(start.data(), &block, sizeof block);
    std::fill(into.begin(), into.end(), 0);
    int written = 0;
    demand(EVP_EncryptInit_ex(used_.get(), nullptr, nullptr, key.data(), start.data()) == 1 &&
           EVP_EncryptUpdate(used_.get(), into.data(), &written, into.data(), static_cast<int>(into.size())) == 1);
  }
  void forget_key() {
    random_key none{};
    demand(EVP_EncryptInit_ex(used_.get(), nullptr, nullptr, none.data(), nullptr) == 1);
  }

 private:
  std::unique_ptr<EVP_CIPHER_CTX, void (*)(EVP_CIPHER_CTX*)> used_;
};

cipher& cipher_here() {
  thread_local cipher here;
  return here;
}

/// Random bytes in stock. The first of each lot are the key of the next: what was given out cannot be had again from
/// what is left.
class stock {
 public:
  void take(std::span<unsigned char> into) {
    while (!into.empty()) {
      if (left_ == 0) refill();
      std::size_t count = std::min(left_, into.size());
      auto from = lot_.end() - static_cast<std::ptrdiff_t>(left_);
      std::copy_n(from, count, into.begin());
      std::fill_n(from, count, 0);
      left_ -= count;
      into = into.subspan(count);
    }
  }

 private:
  void refill() {
    random_key key;
    if (keyed_) std::copy_n(lot_.begin(), key.size(), key.begin());
    else demand(::getentropy(key.data(), key.size()) == 0);
    keyed_ = true;
    cipher_here().expand(key, 0, lot_);
    cipher_here().forget_key();
    left_ = lot_.size() - key.size();
  }

  std::array<unsigned char, 4096> lot_{};
  std::size_t left_ = 0;
  bool keyed_ = false;
};

}  // namespace

void expand(const random_key& key, std::uint64_t block, std::span<unsigned char> into) {
  cipher_here().expand(key, block, into);
}

void draw_random(purpose reason, std::span<unsigned char> into) {
  thread_local std::array<stock, purpose_count> stocks;
  stocks[static_cast<std::size_t>(reason)].take(into);
}

std::uint64_t random_number(purpose reason) { return random_source(0).number(reason); }

void random_source::draw(purpose reason, std::span<unsigned char> into) {
  if (seed_ == 0) return draw_random(reason, into);
  random_key key{};
  std::memcpy(key.data(), &seed_, sizeof seed_);
  key.back() = static_cast<unsigned char>(reason);
  std::uint64_t blocks = (into.size() + block_bytes - 1) / block_bytes;
  expand(key, drawn_[static_cast<std::size_t>(reason)].fetch_add(blocks), into);
}

std::uint64_t random_source::number(purpose reason) {
  std::array<unsigned char, sizeof(std::uint64_t)> bytes;
  draw(reason, bytes);
  std::uint64_t drawn = 0;
  std::memcpy(&drawn, bytes.data(), bytes.size());
  return drawn;
}

}  // namespace parlor
