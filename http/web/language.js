// The choice between English and Chinese, which all pages of the server share.

const store = "parlor.language";

const known = (tag) => (/^zh\b/i.test(tag) ? "zh" : /^en\b/i.test(tag) ? "en" : null);

let language = localStorage.getItem(store) ?? navigator.languages.map(known).find(Boolean) ?? "en";

// Makes the functions that speak a page's words: `{en: {...}, zh: {...}}`, each with `problems` by code and status.
export function speak(words) {
  return {
    // The text of a key, with {names} filled in.
    t: (key, values = {}) => words[language][key].replace(/\{(\w+)\}/g, (_, name) => values[name]),
    // The sentence for a problem: by its code, else by its status; without one no answer came.
    sentence: ({ code, status }) => {
      const { problems } = words[language];
      return problems[code] ?? problems[status] ?? problems[status ? "other" : "offline"];
    },
    // The language as a tag for <html lang>.
    tag: () => words[language].lang,
    // Adds another page's words, by language.
    learn(more) {
      for (const one of Object.keys(words)) Object.assign(words[one], more[one]);
    },
    // Goes over to the other language, and remembers it.
    switchLanguage() {
      language = language === "en" ? "zh" : "en";
      localStorage.setItem(store, language);
    },
  };
}
