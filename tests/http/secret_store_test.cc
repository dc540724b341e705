#include "http/secret_store.h"

#include <gtest/gtest.h>

#include <fstream>
#include <set>

#include "events/limits.h"

namespace bitacora::http {
namespace {

namespace fs = std::filesystem;
namespace limits = events::limits;
using events::ContactId;
using events::ErrorCode;
using events::Instant;
using events::OperatorId;

class SecretStoreTest : public testing::Test {
 protected:
  SecretStoreTest() { open(); }
  ~SecretStoreTest() override {
    store_.reset();
    fs::remove_all(folder_);
  }

  void open() {
    store_.reset();
    auto opened = SecretStore::open(folder_ / "secrets");
    ASSERT_TRUE(opened) << opened.error().detail;
    store_ = *std::move(opened);
  }

  std::string session(const OperatorId& id, Instant now) {
    return store_->open_session(id, now).value().token;
  }

  fs::path folder_ =
      fs::temp_directory_path() /
      ("bitacora-secrets-" + ContactId::make(events::SystemClock().now()).to_string());
  std::unique_ptr<SecretStore> store_;
  // Sessions that are over are dropped at opening, by the system's clock.
  Instant now_ = events::SystemClock().now();
  OperatorId ana_ = OperatorId::make(now_);
  OperatorId bruno_ = OperatorId::make(now_);
};

TEST_F(SecretStoreTest, KnowsThePasswordThatWasSet) {
  ASSERT_TRUE(store_->set_password(ana_, "contraseña"));
  EXPECT_TRUE(store_->check_password(ana_, "contraseña"));
  EXPECT_FALSE(store_->check_password(ana_, "contrasena"));
  EXPECT_FALSE(store_->check_password(ana_, ""));
  EXPECT_FALSE(store_->check_password(bruno_, "contraseña"));
  EXPECT_FALSE(store_->check_password(std::nullopt, "contraseña"));
  EXPECT_FALSE(store_->check_password(ana_, std::string(limits::password_bytes_max + 1, 'x')));
}

TEST_F(SecretStoreTest, KeepsPasswordsOverAReopening) {
  ASSERT_TRUE(store_->set_password(ana_, "first"));
  ASSERT_TRUE(store_->set_password(ana_, "second"));
  open();
  EXPECT_FALSE(store_->check_password(ana_, "first"));
  EXPECT_TRUE(store_->check_password(ana_, "second"));
}

TEST_F(SecretStoreTest, LetsNobodyInByWhatWasReplacedMeanwhile) {
  ASSERT_TRUE(store_->set_password(ana_, "first"));
  const SecretStore::Endings before = store_->endings(ana_);
  ASSERT_TRUE(store_->check_password(ana_, "first"));
  ASSERT_TRUE(store_->set_password(ana_, "second"));
  EXPECT_EQ(store_->open_session(ana_, now_, before).error().code, ErrorCode::BadCredentials);
  EXPECT_EQ(store_->set_password(ana_, "third", before).error().code, ErrorCode::BadCredentials);
  EXPECT_TRUE(store_->check_password(ana_, "second"));
  EXPECT_TRUE(store_->open_session(ana_, now_, store_->endings(ana_)));
  ASSERT_TRUE(store_->end_sessions(ana_));
  EXPECT_TRUE(store_->open_session(ana_, now_, before + 2));
}

TEST_F(SecretStoreTest, RefusesPasswordsOutOfBounds) {
  for (const std::string& password :
       {std::string(), std::string("abc"), std::string("ñññ"), std::string("\xff\xfe\xfd\xfc"),
        std::string(limits::password_bytes_max + 1, 'x')}) {
    const auto set = store_->set_password(ana_, password);
    ASSERT_FALSE(set) << password.substr(0, 10);
    EXPECT_EQ(set.error().code, ErrorCode::Invalid);
  }
}

TEST_F(SecretStoreTest, FindsTheSessionOfAToken) {
  const std::string token = session(ana_, now_);
  EXPECT_EQ(token.size(), 43U);
  EXPECT_EQ(
      token.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
      std::string::npos);
  const auto found = store_->find_session(token, now_);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->operator_id, ana_);
  EXPECT_EQ(found->created_at, now_);
  EXPECT_FALSE(store_->find_session("", now_));
  EXPECT_FALSE(store_->find_session(token + "A", now_));
  EXPECT_FALSE(store_->find_session(std::string(43, 'A'), now_));
}

TEST_F(SecretStoreTest, KeepsSessionsOverAReopening) {
  const std::string token = session(ana_, now_);
  const std::string ended = session(ana_, now_);
  ASSERT_TRUE(store_->end_session(ended));
  open();
  ASSERT_TRUE(store_->find_session(token, now_));
  EXPECT_EQ(store_->find_session(token, now_)->operator_id, ana_);
  EXPECT_FALSE(store_->find_session(ended, now_));
}

TEST_F(SecretStoreTest, EndsSessionsAfterTheirLifetime) {
  const auto lifetime_ms = std::chrono::milliseconds(limits::session_lifetime).count();
  const std::string token = session(ana_, now_);
  EXPECT_TRUE(store_->find_session(token, now_.plus_ms(lifetime_ms - 1)));
  EXPECT_FALSE(store_->find_session(token, now_.plus_ms(lifetime_ms)));
  const std::string over = session(ana_, now_.plus_ms(-lifetime_ms));
  open();
  EXPECT_FALSE(store_->find_session(over, now_.plus_ms(-lifetime_ms)));
  EXPECT_TRUE(store_->find_session(token, now_));
}

TEST_F(SecretStoreTest, EndsTheSessionsOfOneOperatorAlone) {
  const std::string first = session(ana_, now_);
  const std::string second = session(ana_, now_);
  const std::string other = session(bruno_, now_);
  ASSERT_TRUE(store_->end_sessions(ana_));
  EXPECT_FALSE(store_->find_session(first, now_));
  EXPECT_FALSE(store_->find_session(second, now_));
  EXPECT_TRUE(store_->find_session(other, now_));
  open();
  EXPECT_FALSE(store_->find_session(first, now_));
  EXPECT_TRUE(store_->find_session(other, now_));
}

TEST_F(SecretStoreTest, EndsAllSessionsWithANewPassword) {
  const std::string token = session(ana_, now_);
  ASSERT_TRUE(store_->set_password(ana_, "another"));
  EXPECT_FALSE(store_->find_session(token, now_));
  open();
  EXPECT_FALSE(store_->find_session(token, now_));
}

TEST_F(SecretStoreTest, EndsTheOldestSessionPastTheBound) {
  const std::string oldest = session(ana_, now_);
  const std::string second = session(ana_, now_.plus_ms(1));
  for (std::size_t i = 2; i < limits::sessions_per_operator_max; ++i) {
    static_cast<void>(session(ana_, now_.plus_ms(static_cast<std::int64_t>(i))));
  }
  EXPECT_TRUE(store_->find_session(oldest, now_));
  static_cast<void>(session(ana_, now_.plus_ms(1000)));
  EXPECT_FALSE(store_->find_session(oldest, now_));
  EXPECT_TRUE(store_->find_session(second, now_));
}

TEST_F(SecretStoreTest, GivesAContactTheSameTokenAlways) {
  const auto contact = ContactId::make(now_);
  const std::string token = store_->visitor_token(contact);
  EXPECT_EQ(store_->check_visitor_token(token), contact);
  open();
  EXPECT_EQ(store_->visitor_token(contact), token);
  EXPECT_EQ(store_->check_visitor_token(token), contact);
}

TEST_F(SecretStoreTest, RefusesTokensOfVisitorsThatItDidNotSign) {
  const std::string token = store_->visitor_token(ContactId::make(now_));
  const std::string other = store_->visitor_token(ContactId::make(now_));
  std::vector<std::string> forged{"", "A", token + "A", token.substr(1), token + "=",
                                  std::string(64, 'A'),
                                  // One contact's id with another's signature.
                                  token.substr(0, 21) + other.substr(21)};
  for (std::size_t at = 0; at < token.size(); ++at) {
    std::string changed = token;
    changed[at] = changed[at] == 'A' ? 'B' : 'A';
    forged.push_back(changed);
  }
  for (const std::string& tried : forged) {
    EXPECT_FALSE(store_->check_visitor_token(tried)) << tried;
  }
}

TEST_F(SecretStoreTest, StoresNoTokenAndNoPassword) {
  ASSERT_TRUE(store_->set_password(ana_, "unmistakable"));
  const std::string token = session(ana_, now_);
  store_.reset();
  std::size_t files = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder_)) {
    if (entry.is_regular_file()) {
      std::ifstream file(entry.path(), std::ios::binary);
      const std::string bytes((std::istreambuf_iterator<char>(file)), {});
      EXPECT_EQ(bytes.find(token), std::string::npos) << entry.path();
      EXPECT_EQ(bytes.find("unmistakable"), std::string::npos) << entry.path();
      ++files;
    }
  }
  EXPECT_GT(files, 0U);
}

TEST_F(SecretStoreTest, IsClosedToOtherAccountsAndProcesses) {
  EXPECT_EQ(fs::status(folder_ / "secrets").permissions(), fs::perms::owner_all);
  const auto second = SecretStore::open(folder_ / "secrets");
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::Unavailable);
}

}  // namespace
}  // namespace bitacora::http
