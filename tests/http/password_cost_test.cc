// Whoever tries to sign in learns nothing from how long the refusal takes: rule C8.
//
// The method: the test program has a crypto_pwhash_str_verify() of its own, which the linker takes
// before libsodium's; it counts, notes what it was given, and calls the real one. Time itself is
// not measured: the same work takes the same time.

#include <dlfcn.h>
#include <gtest/gtest.h>
#include <sodium.h>

#include <mutex>
#include <set>
#include <utility>
#include <vector>

#include "tests/http/server_rig.h"

namespace bitacora::http {
namespace {

struct Verification {
  std::string hash;
  std::size_t password_bytes = 0;
};

class Verifications {
 public:
  void add(Verification one) {
    const std::lock_guard lock(mutex_);
    done_.push_back(std::move(one));
  }
  std::vector<Verification> take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(done_, {});
  }

 private:
  std::mutex mutex_;
  std::vector<Verification> done_;
};

Verifications verifications;

// "$argon2id$v=19$m=65536,t=2,p=1": what a verification costs, without salt and hash.
std::string parameters_of(const std::string& hash) {
  return hash.substr(0, hash.find('$', hash.find(",p=")));
}

}  // namespace
}  // namespace bitacora::http

extern "C" int crypto_pwhash_str_verify(const char* hash, const char* password,
                                        unsigned long long password_bytes) {
  using Verify = int (*)(const char*, const char*, unsigned long long);
  static const auto real = reinterpret_cast<Verify>(dlsym(RTLD_NEXT, "crypto_pwhash_str_verify"));
  bitacora::http::verifications.add({hash, static_cast<std::size_t>(password_bytes)});
  return real(hash, password, password_bytes);
}

namespace bitacora::http {
namespace {

class PasswordCost : public testing::Test {
 protected:
  RigAnswer sign_in(const std::string& username, const std::string& password) {
    verifications.take();
    return rig.anybody().post("/api/v1/session", {{"username", username}, {"password", password}});
  }
  ServerRig rig;
};

TEST_F(PasswordCost, IsTheSameForNobodyAsForAWrongPassword) {
  rig.secrets().set_password(rig.viewer("ana").id, "demo").value();
  rig.secrets().set_password(rig.viewer("bruno").id, "demo").value();
  rig.change_directory(actors::DeactivateOperator{rig.viewer("bruno").id}).value();
  ASSERT_EQ(sign_in("ana", "demo").status, 200U);
  const auto right = verifications.take();
  ASSERT_EQ(right.size(), 1U);
  EXPECT_EQ(parameters_of(right[0].hash),
            "$argon2id$v=19$m=" + std::to_string(crypto_pwhash_MEMLIMIT_INTERACTIVE / 1024) +
                ",t=" + std::to_string(crypto_pwhash_OPSLIMIT_INTERACTIVE) + ",p=1");

  const std::string wrong = "una contraseña equivocada";
  // A wrong password; nobody of that name; one who has left, though it is right; one without any.
  for (const auto& [username, password] : {std::pair<std::string, std::string>{"ana", wrong},
                                           {"nadie", wrong},
                                           {"bruno", wrong},
                                           {"bruno", "demo"},
                                           {"carla", wrong},
                                           {"", wrong}}) {
    SCOPED_TRACE(username + "/" + password);
    EXPECT_EQ(sign_in(username, password).status, 401U);
    const auto done = verifications.take();
    ASSERT_EQ(done.size(), 1U);
    EXPECT_EQ(parameters_of(done[0].hash), parameters_of(right[0].hash));
    EXPECT_EQ(done[0].hash.size(), right[0].hash.size());
    EXPECT_EQ(done[0].password_bytes, password.size());
  }
}

// What the store is asked about nobody is of no account's own hash.
TEST_F(PasswordCost, IsPaidWithAHashThatIsNobodys) {
  rig.secrets().set_password(rig.viewer("ana").id, "demo").value();
  sign_in("ana", "demo");
  const auto of_ana = verifications.take();
  ASSERT_EQ(of_ana.size(), 1U);
  std::set<std::string> paid_with;
  for (const std::string username : {"nadie", "ninguno", "carla"}) {
    EXPECT_EQ(sign_in(username, "demo").status, 401U) << username;
    for (const auto& each : verifications.take()) paid_with.insert(each.hash);
  }
  ASSERT_EQ(paid_with.size(), 1U);
  EXPECT_NE(*paid_with.begin(), of_ana[0].hash);
}

}  // namespace
}  // namespace bitacora::http
