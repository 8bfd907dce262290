#include <catch2/catch.hpp>
#include <iterator>
#include <string>
#include <string_view>

#include "tests/framing/framed.hpp"

// What RFC 9110 and RFC 9112 say of requests, case by case. `9112 5.1` is the section that rules it. The answer is what
// is passed on, or the word of the refusal; `...` stands for more that has to come.

using namespace parlor;
using namespace parlor::testing;

namespace {

struct standard_case {
  std::string_view section;
  std::string_view title;
  std::string bytes;
  std::string answer;
};

const std::string host = "Host: a\r\n";
const std::string get = "GET / HTTP/1.1\r\n";
const std::string bare_get = "GET / HTTP/1.1\r\n\r\n";
const std::string post = "POST / HTTP/1.1\r\nHost: a\r\n";
const std::string chunked = post + "Transfer-Encoding: chunked\r\n\r\n";
const std::string more = "...";
const std::string bad = "bad_request";

std::string with(const std::string& fields) { return get + host + fields + "\r\n"; }
std::string posted(const std::string& body) {
  return "POST / HTTP/1.1\r\nContent-Length:" + std::to_string(body.size()) + "\r\n\r\n" + body;
}
std::string for_target(const std::string& target) { return "GET " + target + " HTTP/1.1\r\n" + host + "\r\n"; }
std::string got(const std::string& target) { return "GET " + target + " HTTP/1.1\r\n\r\n"; }
std::string for_host(const std::string& value) { return get + "Host: " + value + "\r\n\r\n"; }
std::string coded(const std::string& codings) { return post + codings + "\r\n\r\n2\r\nhi\r\n0\r\n\r\n"; }

const standard_case cases[] = {
    // Lines.
    {"9112 2.1", "a request without fields but Host", get + host + "\r\n", bare_get},
    {"9112 2.1", "a head that has not ended", get + host, more},
    {"9112 2.2", "an empty line before the request", "\r\n" + with(""), bare_get},
    {"9112 2.2", "many empty lines before it", "\r\n\r\n\r\n\r\n\r\n" + with(""), bad},
    {"9112 2.2", "a bare LF before it", "\n" + with(""), bad},
    {"9112 2.2", "the first line ends with LF alone", "GET / HTTP/1.1\n" + host + "\r\n", bad},
    {"9112 2.2", "a field's line ends with LF alone", get + "Host: a\n\r\n", bad},
    {"9112 2.2", "the head ends with LF alone", get + host + "\n", bad},
    {"9112 2.2", "a bare CR in the first line", "GET /\rx HTTP/1.1\r\n" + host + "\r\n", bad},
    {"9112 2.2", "a bare CR in a value", with("A: b\rc\r\n"), bad},
    {"9112 2.2", "CR and another byte at the head's end", get + host + "\rX\r\n", bad},
    {"9112 2.2", "CR CR LF", get + host + "\r\r\n", bad},
    {"9112 2.2", "a blank before the first field", get + " A: b\r\n" + host + "\r\n", bad},
    {"9112 2.2", "a tab before the first field", get + "\tA: b\r\n" + host + "\r\n", bad},
    {"9112 2.2", "a greeting of TLS", "\x16\x03\x01", bad},
    {"9112 2.2", "a byte above ASCII first", "\xc3\xa9", bad},
    // The request line.
    {"9112 3", "two blanks before the target", "GET  / HTTP/1.1\r\n" + host + "\r\n", bad},
    {"9112 3", "two blanks before the version", "GET /  HTTP/1.1\r\n" + host + "\r\n", bad},
    {"9112 3", "a tab for a blank", "GET\t/ HTTP/1.1\r\n" + host + "\r\n", bad},
    {"9112 3", "a blank first", " GET / HTTP/1.1\r\n" + host + "\r\n", bad},
    {"9112 3", "a blank last", "GET / HTTP/1.1 \r\n" + host + "\r\n", bad},
    {"9112 3", "a blank in the target", for_target("/a b"), bad},
    {"9112 3", "a method alone", "GET\r\n" + host + "\r\n", bad},
    {"9112 3", "no version, as HTTP/0.9 had it", "GET /\r\n\r\n", bad},
    {"9112 3", "no target", "GET HTTP/1.1\r\n" + host + "\r\n", bad},
    {"9112 3", "a line of the length that each should take", for_target("/" + std::string(7999, 'a')),
     got("/" + std::string(7999, 'a'))},
    {"9112 3", "a target that is longer than any", for_target("/" + std::string(8000, 'a')), "target_too_long"},
    {"9112 3", "a first line without an end", std::string(9000, 'a'), "target_too_long"},
    {"9112 3.1", "a method in lower case is another one", "get / HTTP/1.1\r\n" + host + "\r\n", "not_implemented"},
    {"9112 3.1", "a method with a character that none may have", "G@T / HTTP/1.1\r\n" + host + "\r\n", bad},
    {"9112 3.1", "a method in quotes", "\"GET\" / HTTP/1.1\r\n" + host + "\r\n", bad},
    {"9110 9.1", "a method that nobody knows", "BREW / HTTP/1.1\r\n" + host + "\r\n", "not_implemented"},
    {"9110 9.1", "one with every character of a token", "!#$%&'*+-.^_`|~ / HTTP/1.1\r\n" + host + "\r\n",
     "not_implemented"},
    {"9110 9.3.2", "HEAD", "HEAD / HTTP/1.1\r\n" + host + "\r\n", "HEAD / HTTP/1.1\r\n\r\n"},
    {"9110 9.3.4", "PUT", "PUT /a HTTP/1.1\r\n" + host + "\r\n", "PUT /a HTTP/1.1\r\n\r\n"},
    {"9110 9.3.5", "DELETE", "DELETE /a HTTP/1.1\r\n" + host + "\r\n", "DELETE /a HTTP/1.1\r\n\r\n"},
    {"9110 9.3.6", "CONNECT", "CONNECT a:80 HTTP/1.1\r\n" + host + "\r\n", "not_implemented"},
    {"9110 9.3.7", "OPTIONS", "OPTIONS /a HTTP/1.1\r\n" + host + "\r\n", "OPTIONS /a HTTP/1.1\r\n\r\n"},
    {"9110 9.3.8", "TRACE", "TRACE / HTTP/1.1\r\n" + host + "\r\n", "not_implemented"},
    {"5789 2", "PATCH", "PATCH /a HTTP/1.1\r\n" + host + "\r\n", "PATCH /a HTTP/1.1\r\n\r\n"},
    {"9112 3", "no target, for a method that nobody knows", "BREW HTTP/1.1\r\n" + host + "\r\n", bad},
    {"9112 3", "two blanks behind it", "BREW  HTTP/1.1\r\n" + host + "\r\n", bad},
    {"9112 3", "a blank in its target", "BREW /a b HTTP/1.1\r\n" + host + "\r\n", bad},
    // Targets.
    {"9112 3.2.1", "a path", for_target("/a/b.c"), got("/a/b.c")},
    {"9112 3.2.1", "a path with a query", for_target("/a?b=c&d"), got("/a?b=c&d")},
    {"9112 3.2.1", "an empty query", for_target("/?"), got("/?")},
    {"9112 3.2.1", "an escaped path", for_target("/%41%c3%a9"), got("/%41%c3%a9")},
    {"9112 3.2.1", "two slashes", for_target("//a"), got("//a")},
    {"9112 3.2.1", "no slash", for_target("a"), bad},
    {"9112 3.2.1", "a query alone", for_target("?a"), bad},
    {"3986 3.5", "a fragment", for_target("/a#b"), bad},
    {"3986 2", "a byte above ASCII", for_target("/\xc3\xa9"), bad},
    {"3986 2", "a control character", for_target("/a\x01"), bad},
    {"3986 2", "NUL", for_target(std::string("/a\0b", 4)), bad},
    {"3986 2", "DEL", for_target("/\x7f"), bad},
    {"3986 2", "a backslash", for_target("/a\\b"), bad},
    {"9112 3.2.2", "an absolute target", for_target("http://a/b?c"), got("/b?c")},
    {"9112 3.2.2", "with a port", for_target("http://a:80/b"), got("/b")},
    {"9112 3.2.2", "of the other scheme", for_target("https://a/b"), got("/b")},
    {"9110 4.2.3", "with the scheme in capitals", for_target("HTTP://A/b"), got("/b")},
    {"9110 4.2.3", "without a path", for_target("http://a"), got("/")},
    {"9110 4.2.3", "without a path, with a query", for_target("http://a?b"), got("/?b")},
    {"9112 3.2.2", "with an IPv6 address", for_target("http://[::1]:80/b"), got("/b")},
    {"9110 4.2.1", "without a host", for_target("http:///b"), bad},
    {"9110 4.2.4", "with a user", for_target("http://u@a/b"), bad},
    {"9110 4.2", "with a scheme of another kind", for_target("ftp://a/b"), bad},
    {"9112 3.2.2", "and no Host", "GET http://a/ HTTP/1.1\r\n\r\n", bad},
    {"9112 3.2.2", "and another Host, which does not count", "GET http://a/b HTTP/1.1\r\nHost: c\r\n\r\n", got("/b")},
    {"9112 3.2.3", "an authority, for GET", for_target("a:80"), bad},
    {"9112 3.2.4", "an asterisk, for OPTIONS", "OPTIONS * HTTP/1.1\r\n" + host + "\r\n", "OPTIONS * HTTP/1.1\r\n\r\n"},
    {"9112 3.2.4", "an asterisk, for GET", for_target("*"), bad},
    // Host.
    {"9112 3.2", "no Host", get + "\r\n", bad},
    {"9112 3.2", "two of them", with("Host: a\r\n"), bad},
    {"9112 3.2", "two different ones", with("Host: b\r\n"), bad},
    {"9112 3.2", "an empty one, as for a target without an authority", for_host(""), bare_get},
    {"9112 3.2", "HTTP/1.0 without one", "GET / HTTP/1.0\r\n\r\n", "GET / HTTP/1.0\r\n\r\n"},
    {"9112 3.2", "HTTP/1.0 with two", "GET / HTTP/1.0\r\n" + host + host + "\r\n", bad},
    {"9110 7.2", "a name with a port", for_host("a.example:8080"), bare_get},
    {"9110 7.2", "an address", for_host("127.0.0.1:80"), bare_get},
    {"9110 7.2", "an IPv6 address", for_host("[2001:db8::1]:80"), bare_get},
    {"9110 7.2", "an IPv6 address without a port", for_host("[::1]"), bare_get},
    {"3986 3.2.2", "an IPv6 address that is none", for_host("[1:2]"), bad},
    {"3986 3.2.2", "a bracket alone", for_host("[::1"), bad},
    {"3986 3.2.2", "something behind the bracket", for_host("[::1]a"), bad},
    {"3986 3.2.2", "an escaped name", for_host("%c3%a9"), bare_get},
    {"3986 3.2.2", "a bad escape", for_host("%c"), bad},
    {"3986 3.2.2", "an escape that is no number", for_host("%g0"), bad},
    {"3986 3.2.2", "another one", for_host("%0g"), bad},
    {"3986 3.2.2", "an IPv6 address that is longer than any", for_host("[::1" + std::string(43, '0') + "]"), bad},
    {"3986 3.2.2", "a blank in it", for_host("a b"), bad},
    {"3986 3.2.2", "a slash in it", for_host("a/b"), bad},
    {"3986 3.2.2", "a user", for_host("u@a"), bad},
    {"3986 3.2.2", "a byte above ASCII", for_host("\xc3\xa9"), bad},
    {"3986 3.2.3", "a port that is no number", for_host("a:b"), bad},
    {"3986 3.2.3", "a port with a sign", for_host("a:-1"), bad},
    {"3986 3.2.3", "an empty port", for_host("a:"), bare_get},
    {"3986 3.2.3", "two ports", for_host("a:1:2"), bad},
    // Versions.
    {"9110 2.5", "a later minor version", "GET / HTTP/1.2\r\n" + host + "\r\n", bare_get},
    {"9110 2.5", "HTTP/1.9", "GET / HTTP/1.9\r\n" + host + "\r\n", bare_get},
    {"9110 15.6.6", "HTTP/2.0", "GET / HTTP/2.0\r\n" + host + "\r\n", "version_not_supported"},
    {"9110 15.6.6", "the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "version_not_supported"},
    {"9110 15.6.6", "HTTP/0.9", "GET / HTTP/0.9\r\n" + host + "\r\n", "version_not_supported"},
    {"9110 15.6.6", "HTTP/9.9", "GET / HTTP/9.9\r\n" + host + "\r\n", "version_not_supported"},
    {"9112 2.3", "a name in lower case", "GET / http/1.1\r\n" + host + "\r\n", bad},
    {"9112 2.3", "another name", "GET / HTCPCP/1.1\r\n" + host + "\r\n", bad},
    {"9112 2.3", "no minor version", "GET / HTTP/1\r\n" + host + "\r\n", bad},
    {"9112 2.3", "a minor version of two digits", "GET / HTTP/1.10\r\n" + host + "\r\n", bad},
    {"9112 2.3", "a comma in it", "GET / HTTP/1,1\r\n" + host + "\r\n", bad},
    {"9112 2.3", "a letter first", "GET / HTTP/x.1\r\n" + host + "\r\n", bad},
    {"9112 2.3", "a letter in it", "GET / HTTP/1.x\r\n" + host + "\r\n", bad},
    // Fields.
    {"9112 5", "a field that nobody reads", with("User-Agent: x\r\n"), bare_get},
    {"9112 5", "one that somebody reads", with("Accept: x\r\n"), get + "Accept:x\r\n\r\n"},
    {"9110 5.1", "its name in capitals", with("ACCEPT: x\r\n"), get + "ACCEPT:x\r\n\r\n"},
    {"9112 5.1", "no blank behind the colon", with("Accept:x\r\n"), get + "Accept:x\r\n\r\n"},
    {"9110 5.5", "blanks and tabs around the value", with("Authorization: \t Bearer a.b \t \r\n"),
     get + "Authorization:Bearer a.b\r\n\r\n"},
    {"9110 5.5", "an empty value", with("Accept:\r\n"), get + "Accept:\r\n\r\n"},
    {"9110 5.5", "a value of blanks", with("Accept: \t \r\n"), get + "Accept:\r\n\r\n"},
    {"9110 5.5", "a tab inside the value", with("Accept: a\tb\r\n"), get + "Accept:a\tb\r\n\r\n"},
    {"9110 5.5", "bytes above ASCII in it", with("Accept: \xc3\xa9\r\n"), get + "Accept:\xc3\xa9\r\n\r\n"},
    {"9110 5.5", "a colon in it", with("Accept: a:b\r\n"), get + "Accept:a:b\r\n\r\n"},
    {"9110 5.5", "NUL in it", with(std::string("A: b\0c\r\n", 8)), bad},
    {"9110 5.5", "a control character in it", with("A: b\x01\r\n"), bad},
    {"9110 5.5", "DEL in it", with("A: b\x7f\r\n"), bad},
    {"9112 5.1", "a blank before the colon", with("A : b\r\n"), bad},
    {"9112 5.1", "a tab before the colon", with("A\t: b\r\n"), bad},
    {"9112 5.1", "a blank before the colon of Content-Length", post + "Content-Length : 2\r\n\r\nhi", bad},
    {"9112 5.1", "a blank before the colon of Transfer-Encoding", post + "Transfer-Encoding : chunked\r\n\r\n", bad},
    {"9112 5.1", "no colon", with("A\r\n"), bad},
    {"9112 5.1", "no name", with(": b\r\n"), bad},
    {"9110 5.6.2", "a blank in the name", with("A b: c\r\n"), bad},
    {"9110 5.6.2", "a byte above ASCII in the name", with("\xc3\xa9: c\r\n"), bad},
    {"9110 5.6.2", "a slash in the name", with("A/b: c\r\n"), bad},
    {"9110 5.6.2", "NUL in the name", with(std::string("A\0: c\r\n", 7)), bad},
    {"9112 5.2", "a value that goes on in the next line", with("A: b\r\n c\r\n"), bad},
    {"9112 5.2", "the same with a tab", with("A: b\r\n\tc\r\n"), bad},
    {"9112 5.2", "the length in the next line", post + "Content-Length:\r\n 2\r\n\r\nhi", bad},
    {"9112 5.2", "the coding in the next line", post + "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n", bad},
    {"9110 5.3", "a list on two lines", with("Accept: a\r\nAccept: b\r\n"), get + "Accept:a\r\nAccept:b\r\n\r\n"},
    {"9110 5.3", "the way through proxies on two lines", with("X-Forwarded-For: a\r\nX-Forwarded-For: b\r\n"),
     get + "X-Forwarded-For:a\r\nX-Forwarded-For:b\r\n\r\n"},
    {"9110 5.3", "two Authorization", with("Authorization: a\r\nAuthorization: b\r\n"), bad},
    {"9110 5.3", "two Content-Type", with("Content-Type: a\r\nContent-Type: b\r\n"), bad},
    {"9110 5.3", "two Origin", with("Origin: a\r\nOrigin: b\r\n"), bad},
    {"9110 5.4", "a value that is longer than any", with("A: " + std::string(9000, 'b') + "\r\n"), "head_too_large"},
    {"9110 5.4", "a name that is longer than any", with(std::string(300, 'a') + ": b\r\n"), "head_too_large"},
    {"9110 5.4", "a head without an end", get + std::string(40'000, 'a'), "head_too_large"},
    {"6585 5", "more fields than any request has", with([] {
       std::string fields;
       for (int i = 0; i < 70; ++i) fields += "A: b\r\n";
       return fields;
     }()),
     "head_too_large"},
    // Connections.
    {"9110 7.6.1", "a connection that ends", with("Connection: close\r\n"), get + "Connection:close\r\n\r\n"},
    {"9110 7.6.1", "in capitals, in a list", with("Connection: te, CLOSE\r\n"), get + "Connection:close\r\n\r\n"},
    {"9110 7.6.1", "on a second line", with("Connection: te\r\nConnection: close\r\n"),
     get + "Connection:close\r\n\r\n"},
    {"9112 9.3", "one that stays anyway", with("Connection: keep-alive\r\n"), bare_get},
    {"9112 9.3", "HTTP/1.0 that stays", "GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n",
     "GET / HTTP/1.0\r\nConnection:keep-alive\r\n\r\n"},
    {"9112 9.3", "close counts more than keep-alive", with("Connection: keep-alive, close\r\n"),
     get + "Connection:close\r\n\r\n"},
    {"9110 7.8", "another protocol, which is not taken", with("Connection: upgrade\r\nUpgrade: websocket\r\n"),
     bare_get},
    {"9110 10.1.1", "another expectation", post + "Expect: tea\r\nContent-Length: 2\r\n\r\nhi", "expectation_failed"},
    {"9110 10.1.1", "100-continue with the body there", post + "Expect: 100-Continue\r\nContent-Length: 2\r\n\r\nhi",
     posted("hi")},
    // Lengths.
    {"9112 6.2", "a body", post + "Content-Length: 2\r\n\r\nhi", posted("hi")},
    {"9112 6.2", "a body that has not come", post + "Content-Length: 2\r\n\r\nh", more},
    {"9112 6.2", "an empty body", post + "Content-Length: 0\r\n\r\n", "POST / HTTP/1.1\r\n\r\n"},
    {"9112 6.3", "no body", post + "\r\n", "POST / HTTP/1.1\r\n\r\n"},
    {"9110 8.6", "leading zeros", post + "Content-Length: 002\r\n\r\nhi", posted("hi")},
    {"9110 8.6", "a sign", post + "Content-Length: +2\r\n\r\nhi", bad},
    {"9110 8.6", "a negative length", post + "Content-Length: -2\r\n\r\nhi", bad},
    {"9110 8.6", "a fraction", post + "Content-Length: 2.0\r\n\r\nhi", bad},
    {"9110 8.6", "a length in base 16", post + "Content-Length: 0x2\r\n\r\nhi", bad},
    {"9110 8.6", "no number", post + "Content-Length: a\r\n\r\nhi", bad},
    {"9110 8.6", "nothing", post + "Content-Length:\r\n\r\nhi", bad},
    {"9110 8.6", "a blank inside", post + "Content-Length: 2 2\r\n\r\nhi", bad},
    {"9110 8.6", "a list of the same", post + "Content-Length: 2, 2\r\n\r\nhi", bad},
    {"9112 6.3", "two that differ", post + "Content-Length: 2\r\nContent-Length: 3\r\n\r\nhi!", bad},
    {"9112 6.3", "two of the same", post + "Content-Length: 2\r\nContent-Length: 2\r\n\r\nhi", bad},
    {"9110 15.5.14", "a length beyond what is taken", post + "Content-Length: 65537\r\n\r\n", "body_too_large"},
    {"9110 15.5.14", "one beyond every number", post + "Content-Length: 99999999999999999999999\r\n\r\n",
     "body_too_large"},
    {"9110 8.6", "a length that comes around to 2", post + "Content-Length: 18446744073709551618\r\n\r\nhi",
     "body_too_large"},
    {"9110 9.3.1", "GET with a body", get + host + "Content-Length: 2\r\n\r\nhi",
     "GET / HTTP/1.1\r\nContent-Length:2\r\n\r\nhi"},
    // Codings.
    {"9112 6.1", "both framings", post + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", bad},
    {"9112 6.1", "both, the other way round", post + "Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n0\r\n\r\n",
     bad},
    {"9112 6.1", "HTTP/1.0 in chunks", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", bad},
    {"9112 6.1", "chunked in capitals", coded("Transfer-Encoding: CHUNKED"), posted("hi")},
    {"9112 6.1", "blanks around it", coded("Transfer-Encoding: \t chunked \t"), posted("hi")},
    {"9112 6.1", "chunked twice", coded("Transfer-Encoding: chunked, chunked"), bad},
    {"9112 6.1", "chunked on two lines", coded("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"), bad},
    {"9112 6.1", "a coding before it", coded("Transfer-Encoding: gzip, chunked"), "not_implemented"},
    {"9112 6.1", "identity before it", coded("Transfer-Encoding: identity\r\nTransfer-Encoding: chunked"),
     "not_implemented"},
    {"9112 6.3", "a coding behind it", coded("Transfer-Encoding: chunked, gzip"), bad},
    {"9112 6.3", "identity behind it", coded("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity"), bad},
    {"9112 6.3", "another coding alone", coded("Transfer-Encoding: gzip"), bad},
    {"9112 6.3", "identity alone", coded("Transfer-Encoding: identity"), bad},
    {"9110 5.6.1", "empty elements around it", coded("Transfer-Encoding: ,, chunked ,"), posted("hi")},
    {"9112 6.1", "an empty list", coded("Transfer-Encoding:"), bad},
    {"9112 6.1", "chunked in quotes", coded("Transfer-Encoding: \"chunked\""), bad},
    {"9112 6.1", "chunked with a parameter", coded("Transfer-Encoding: chunked;a=b"), bad},
    {"9112 6.1", "a name that only looks like it", coded("Transfer-Encoding: xchunked"), bad},
    {"9112 6.1", "a control character before it",
     coded("Transfer-Encoding: \x0b"
           "chunked"),
     bad},
    // Chunks.
    {"9112 7.1", "one chunk", chunked + "2\r\nhi\r\n0\r\n\r\n", posted("hi")},
    {"9112 7.1", "several", chunked + "2\r\nhi\r\n5\r\n there\r\n0\r\n\r\n", bad},
    {"9112 7.1", "several, with their sizes", chunked + "2\r\nhi\r\n6\r\n there\r\n0\r\n\r\n", posted("hi there")},
    {"9112 7.1", "none", chunked + "0\r\n\r\n", "POST / HTTP/1.1\r\n\r\n"},
    {"9112 7.1", "a size of two digits", chunked + "0a\r\n0123456789\r\n0\r\n\r\n", posted("0123456789")},
    {"9112 7.1", "a size in capitals", chunked + "A\r\n0123456789\r\n0\r\n\r\n", posted("0123456789")},
    {"9112 7.1", "zeros before the size, and more than one at the end", chunked + "002\r\nhi\r\n000\r\n\r\n",
     posted("hi")},
    {"9112 7.1", "the last chunk has not come", chunked + "2\r\nhi\r\n", more},
    {"9112 7.1", "the end has not come", chunked + "2\r\nhi\r\n0\r\n", more},
    {"9112 7.1", "data without CRLF behind it", chunked + "2\r\nhi0\r\n\r\n", bad},
    {"9112 7.1", "data with two other bytes behind it", chunked + "2\r\nhi!!0\r\n\r\n", bad},
    {"9112 7.1", "data that ends with CR, and a last line that is LF alone", chunked + "2\r\nh\r\r\n0\r\n\n", bad},
    {"9112 7.1", "data with LF behind it", chunked + "2\r\nhi\n0\r\n\r\n", bad},
    {"9112 7.1", "data that is longer than its size", chunked + "2\r\nhi!\r\n0\r\n\r\n", bad},
    {"9112 7.1", "a size in front of LF", chunked + "2\nhi\r\n0\r\n\r\n", bad},
    {"9112 7.1", "no size", chunked + "\r\nhi\r\n0\r\n\r\n", bad},
    {"9112 7.1", "a size that is no number", chunked + "x\r\nhi\r\n0\r\n\r\n", bad},
    {"9112 7.1", "a size with 0x", chunked + "0x2\r\nhi\r\n0\r\n\r\n", bad},
    {"9112 7.1", "a size with a sign", chunked + "+2\r\nhi\r\n0\r\n\r\n", bad},
    {"9112 7.1", "a negative size", chunked + "-2\r\nhi\r\n0\r\n\r\n", bad},
    {"9112 7.1", "a blank before the size", chunked + " 2\r\nhi\r\n0\r\n\r\n", bad},
    {"9112 7.1", "a blank behind the size", chunked + "2 \r\nhi\r\n0\r\n\r\n", bad},
    {"9112 7.1", "a size beyond every number", chunked + "fffffffffffffffff\r\n", "body_too_large"},
    {"9112 7.1", "a size that comes around to 2", chunked + "10000000000000002\r\nhi\r\n0\r\n\r\n", "body_too_large"},
    {"9110 15.5.14", "chunks beyond what is taken", chunked + "10001\r\n", "body_too_large"},
    {"9112 7.1.1", "an extension", chunked + "2;a\r\nhi\r\n0\r\n\r\n", posted("hi")},
    {"9112 7.1.1", "with a value", chunked + "2;a=b\r\nhi\r\n0\r\n\r\n", posted("hi")},
    {"9112 7.1.1", "with a value in quotes", chunked + "2;a=\"b;\\\"c\"\r\nhi\r\n0\r\n\r\n", posted("hi")},
    {"9112 7.1.1", "with blanks", chunked + "2 ; a = b ; c\r\nhi\r\n0\r\n\r\n", posted("hi")},
    {"9112 7.1.1", "with tabs and several blanks", chunked + "2 \t;  a\t = \tb\r\nhi\r\n0\r\n\r\n", posted("hi")},
    {"9112 7.1.1", "without a size before it", chunked + "2\r\nhi\r\n;a\r\n\r\n", bad},
    {"9112 7.1.1", "with an escaped control character", chunked + "2;a=\"\\\x01\"\r\nhi\r\n0\r\n\r\n", bad},
    {"9112 7.1.1", "without a name", chunked + "2;\r\nhi\r\n0\r\n\r\n", bad},
    {"9112 7.1.1", "without a value behind the sign", chunked + "2;a=\r\nhi\r\n0\r\n\r\n", bad},
    {"9112 7.1.1", "in quotes that do not end", chunked + "2;a=\"b\r\nhi\r\n0\r\n\r\n", bad},
    {"9112 7.1.1", "that ends with LF", chunked + "2;a\nhi\r\n0\r\n\r\n", bad},
    {"9112 7.1.1", "with CR inside", chunked + "2;a\rb\r\nhi\r\n0\r\n\r\n", bad},
    {"9112 7.1.1", "with a control character", chunked + "2;a\x01\r\nhi\r\n0\r\n\r\n", bad},
    {"9112 7.1.1", "with NUL in quotes", chunked + "2;a=\"" + std::string(1, '\0') + "\"\r\nhi\r\n0\r\n\r\n", bad},
    {"9112 7.1.1", "of 60,000 bytes", chunked + "2;" + std::string(60'000, 'a') + "\r\nhi\r\n0\r\n\r\n", bad},
    {"9112 7.1.2", "trailers, which nobody reads", chunked + "2\r\nhi\r\n0\r\nAccept: b\r\nC: d\r\n\r\n", posted("hi")},
    {"9112 7.1.2", "a trailer that is no field", chunked + "2\r\nhi\r\n0\r\na\r\n\r\n", bad},
    {"9112 7.1.2", "one that frames", chunked + "2\r\nhi\r\n0\r\nContent-Length: 9\r\n\r\n", posted("hi")},
    {"9112 7.1.2", "one that ends with LF", chunked + "2\r\nhi\r\n0\r\na: b\n\r\n", bad},
    {"9112 7.1.2", "trailers without an end", chunked + "0\r\n" + std::string(5000, 'a'), bad},
};

std::string answer_to(const std::string& bytes) {
  framed result = frame(bytes);
  if (result.verdict == http::framer::verdict::complete) return result.request;
  return result.verdict == http::framer::verdict::refused ? result.code : more;
}

}  // namespace

TEST_CASE("what the standards say of requests") {
  CHECK(std::size(cases) >= 200);
  for (const standard_case& c : cases) {
    INFO(c.section << ": " << c.title);
    CHECK(answer_to(c.bytes) == c.answer);
  }
}

TEST_CASE("what is passed on means the same to whoever reads it again") {
  for (const standard_case& c : cases) {
    framed once = frame(c.bytes);
    if (once.verdict != http::framer::verdict::complete) continue;
    INFO(c.section << ": " << c.title);
    std::string request = once.request;
    if (request.find("HTTP/1.1") != request.npos) request.insert(request.find("\r\n") + 2, host);
    CHECK(frame(request).request == once.request);
  }
}

TEST_CASE("it is the same in whatever parts a request comes") {
  for (const standard_case& c : cases) {
    if (c.bytes.size() > 600) continue;
    INFO(c.section << ": " << c.title);
    framed whole = frame(c.bytes);
    std::vector<std::size_t> each;
    for (std::size_t i = 1; i < c.bytes.size(); ++i) each.push_back(i);
    for (std::size_t i = 0; i < each.size(); ++i) {
      framed halves = frame(c.bytes, {each[i]});
      CHECK(halves.code == whole.code);
      CHECK(halves.request == whole.request);
      CHECK(halves.rest == whole.rest);
    }
    framed bytewise = frame(c.bytes, each);
    CHECK(bytewise.code == whole.code);
    CHECK(bytewise.request == whole.request);
    CHECK(bytewise.rest == whole.rest);
  }
}
