// The words of the page in English and Chinese, and the choice between them.

const store = "parlor.language";

const words = {
  en: {
    lang: "en",
    other: "中文",
    tagline: "Pick a door, send a link, play.",
    doors: "Games",
    home: "parlor, to the games",
    quick: "Quick play",
    create: "New room",
    open_rooms: "Open rooms",
    no_rooms: "Nobody is waiting just now. Open a room, and it will be listed here.",
    waiting_in: "someone is waiting",
    empty_room: "both seats free",
    enter: "Join",
    enter_room: "Join room {id}",

    tictactoe: "Tic-tac-toe",
    tictactoe_rule: "Three in a row, across, down or aslant.",
    gomoku: "Gomoku",
    gomoku_rule: "Five stones in a row on a fifteen-line board.",
    rock_paper_scissors: "Rock paper scissors",
    rock_paper_scissors_rule: "Choose in secret. The first to win two rounds wins.",

    board: "Board",
    you: "You",
    opponent: "Opponent",
    free_seat: "Free seat",
    gone: "Gone",
    to_move: "to move",
    won: "won",
    wants_rematch: "wants a rematch",
    looking_on: "You are looking on.",

    entering: "Opening the room …",
    waiting: "Waiting for someone to join",
    seat_is_free: "A seat is free",
    your_turn: "Your turn",
    their_turn: "Your opponent’s turn",
    turn_of: "{name} to move",
    you_won: "You won",
    you_lost: "You lost",
    won_by: "{name} won",
    draw: "A draw",
    by_forfeit: "by forfeit",
    missing: "There is no such room (any more).",
    missing_hint: "You can open it under the same address and send the link again.",
    reopen: "Open it anew",

    share_waiting: "Send this link to your opponent",
    share_watching: "Link for onlookers",
    link: "Link to this room",
    copy: "Copy",
    copied: "Copied",
    share: "Share",
    sit: "Take the free seat",
    rematch: "Rematch",
    rematch_accept: "Accept the rematch",
    rematch_offered: "You offered a rematch. Waiting for your opponent.",
    opponent_left: "Your opponent has left.",
    leave: "Leave",
    leave_sure: "Leave and forfeit?",
    lost: "Connection lost, trying again …",

    cell_free: "Row {row}, column {column}: free",
    cell_taken: "Row {row}, column {column}: {mark}",
    cross: "cross",
    nought: "nought",
    black: "black",
    white: "white",
    aim: "Tap a point",
    place: "Place {point}",
    left: "Aim left",
    right: "Aim right",
    up: "Aim up",
    down: "Aim down",

    rock: "Rock",
    paper: "Paper",
    scissors: "Scissors",
    hands: "Your hand",
    round: "Round {round}",
    first_to_two: "first to two",
    choose: "Choose your hand",
    they_choose: "Your opponent is choosing",
    both_choose: "Both are choosing",
    has_chosen: "has chosen",
    choosing: "choosing",
    round_won: "The last round was yours",
    round_lost: "The last round was your opponent’s",
    round_drawn: "The last round was a draw",
    round_of: "The last round went to {name}",
    rounds_won: "{name}: {count} of 2 rounds",

    problems: {
      offline: "The server did not answer. Check the connection and try again.",
      not_your_turn: "It is not your turn.",
      cell_taken: "This place is taken.",
      already_chosen: "You have chosen already.",
      room_full: "Both seats are taken.",
      game_over: "The game is over.",
      403: "You may not do this here.",
      404: "There is no such room.",
      422: "The rules do not allow this.",
      429: "That was too fast. Wait a moment.",
      503: "The server is busy. Try again in a moment.",
      other: "Something went wrong on the server. Try again in a moment.",
    },
  },

  zh: {
    lang: "zh-Hans",
    other: "English",
    tagline: "选一扇门，发个链接，开始对局。",
    doors: "游戏",
    home: "parlor，返回游戏列表",
    quick: "快速开始",
    create: "新建房间",
    open_rooms: "开放的房间",
    no_rooms: "现在没有人在等待。新建一个房间，它会出现在这里。",
    waiting_in: "有人在等待",
    empty_room: "两个座位都空着",
    enter: "加入",
    enter_room: "加入房间 {id}",

    tictactoe: "井字棋",
    tictactoe_rule: "横、竖、斜，三子连线即胜。",
    gomoku: "五子棋",
    gomoku_rule: "十五路棋盘，五子连珠即胜。",
    rock_paper_scissors: "石头剪刀布",
    rock_paper_scissors_rule: "暗中出手，先胜两回合者胜。",

    board: "棋盘",
    you: "你",
    opponent: "对手",
    free_seat: "空座位",
    gone: "已离席",
    to_move: "行棋中",
    won: "获胜",
    wants_rematch: "想再来一局",
    looking_on: "你正在旁观。",

    entering: "正在打开房间……",
    waiting: "等待对手加入",
    seat_is_free: "有一个空座位",
    your_turn: "轮到你了",
    their_turn: "轮到对手",
    turn_of: "轮到 {name}",
    you_won: "你赢了",
    you_lost: "你输了",
    won_by: "{name} 获胜",
    draw: "平局",
    by_forfeit: "对局中有人离席",
    missing: "这个房间不存在，或已经关闭。",
    missing_hint: "你可以用同一地址重新开房，再把链接发出去。",
    reopen: "重新开房",

    share_waiting: "把这个链接发给对手",
    share_watching: "旁观链接",
    link: "本房间的链接",
    copy: "复制",
    copied: "已复制",
    share: "分享",
    sit: "坐下",
    rematch: "再来一局",
    rematch_accept: "接受再来一局",
    rematch_offered: "你已邀请再来一局，等待对手回应。",
    opponent_left: "对手已离席。",
    leave: "离开",
    leave_sure: "离开即认输，确定吗？",
    lost: "连接中断，正在重试……",

    cell_free: "第 {row} 行第 {column} 列：空",
    cell_taken: "第 {row} 行第 {column} 列：{mark}",
    cross: "叉",
    nought: "圈",
    black: "黑子",
    white: "白子",
    aim: "点选一个位置",
    place: "落子 {point}",
    left: "左移",
    right: "右移",
    up: "上移",
    down: "下移",

    rock: "石头",
    paper: "布",
    scissors: "剪刀",
    hands: "你的出手",
    round: "第 {round} 回合",
    first_to_two: "先胜两回合",
    choose: "请出手",
    they_choose: "对手正在选择",
    both_choose: "双方正在选择",
    has_chosen: "已出手",
    choosing: "选择中",
    round_won: "上一回合你赢了",
    round_lost: "上一回合对手赢了",
    round_drawn: "上一回合打平",
    round_of: "上一回合 {name} 赢了",
    rounds_won: "{name}：胜 {count} 回合（共需 2）",

    problems: {
      offline: "服务器没有应答，请检查网络后重试。",
      not_your_turn: "还没有轮到你。",
      cell_taken: "这里已经有子了。",
      already_chosen: "你已经出手了。",
      room_full: "两个座位都有人了。",
      game_over: "对局已经结束。",
      403: "你不能在这里这样做。",
      404: "没有这个房间。",
      422: "规则不允许这样做。",
      429: "操作太快了，请稍等。",
      503: "服务器繁忙，请稍后再试。",
      other: "服务器出错了，请稍后再试。",
    },
  },
};

const known = (tag) => (/^zh\b/i.test(tag) ? "zh" : /^en\b/i.test(tag) ? "en" : null);

let language = localStorage.getItem(store) ?? navigator.languages.map(known).find(Boolean) ?? "en";

// The text of a key, with {names} filled in.
export function t(key, values = {}) {
  return words[language][key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

// The sentence for a problem: by its code, else by its status.
export function sentence(problem) {
  const { problems } = words[language];
  return problems[problem.code] ?? problems[problem.status] ?? problems.other;
}

// The language as a tag for <html lang>.
export const tag = () => words[language].lang;

// Adds another page's words, by language.
export function learn(more) {
  for (const language of Object.keys(words)) Object.assign(words[language], more[language]);
}

// Goes over to the other language, and remembers it.
export function switchLanguage() {
  language = language === "en" ? "zh" : "en";
  localStorage.setItem(store, language);
}
