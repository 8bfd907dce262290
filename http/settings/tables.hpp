#pragma once

#include <vector>

#include "http/settings/setting.hpp"
#include "http/settings/settings.hpp"

/// The tables of the server's settings, by subject. Together, in this order, they are everything that can be set; a new
/// setting is one row in one of them.
namespace parlor::http {

/// Where the server listens, where its data is, what a client may send and how long a connection lasts.
std::vector<setting<settings>> server_settings();
/// How many connections there may be.
std::vector<setting<settings>> connection_settings();
/// How long actors stay, how much they may hold and how much may be under way.
std::vector<setting<settings>> runtime_settings();
/// How long handlers may run, and what they may take.
std::vector<setting<settings>> handler_settings();
/// How many messages actors may tell one another.
std::vector<setting<settings>> message_settings();
/// How many players' programs start at once, and how many wait for their turn.
std::vector<setting<settings>> start_settings();
/// The model that a kind's service asks.
std::vector<setting<settings>> fortune_settings();
/// How much the log tells.
std::vector<setting<settings>> log_level_settings();
/// What else the program writes for those who run it, and how.
std::vector<setting<settings>> log_settings();
/// Who may read what is of the whole server, and which proxies are believed.
std::vector<setting<settings>> reader_settings();
/// How often players and addresses may ask.
std::vector<setting<settings>> limit_settings();
/// What one player, one guest and one address may take from the others.
std::vector<setting<settings>> bound_settings();
/// How many invitations a player may send, and keeps.
std::vector<setting<settings>> invitation_settings();

}  // namespace parlor::http
