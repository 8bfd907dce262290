// The words of the playground.

export const words = {
  en: {
    about: "Every kind’s commands, as forms made from the contract. Each player here is a guest of this page.",
    kinds: "Kinds", room: "Room", open: "Open", fresh: "New room", seat_all: "All join", more: "One more player",
    copy_link: "Copy link", player: "Player {n}", spectator: "Spectator", at_seat: "seat {n}", live: "live", quiet: "not connected",
    none_yet: "Nothing is here yet.",
    closed: "It is no more.", view: "View", send: "Send", as_fields: "Fields", not_json: "This is not JSON.",
    answer: "Answer", body: "Body", copy_curl: "Copy as curl", copy_fetch: "Copy as fetch", events: "Events", go: "Go to {id}",
  },
  zh: {
    about: "每个种类的命令都是由接口约定生成的表单。这里的每位玩家都是本页的访客。",
    kinds: "种类", room: "房间", open: "打开", fresh: "新房间", seat_all: "全部入座", more: "再加一位玩家",
    copy_link: "复制链接", player: "玩家 {n}", spectator: "旁观者", at_seat: "座位 {n}", live: "已连接", quiet: "未连接",
    none_yet: "这里还什么都没有。",
    closed: "它已不复存在。", view: "所见", send: "发送", as_fields: "字段", not_json: "这不是 JSON。",
    answer: "应答", body: "正文", copy_curl: "复制为 curl", copy_fetch: "复制为 fetch", events: "事件", go: "前往 {id}",
  },
};
