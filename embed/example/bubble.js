/** A voice message in the chat: what was said, and each language that it can be heard in. */
const languageNames = new Intl.DisplayNames('en', { type: 'language' });
const FIDELITY = {
  cloned: 'in your voice',
  matched: 'matched to your voice',
  stock: 'in a stock voice'
};

/** @param {import('../src/index').AudioMessageResult} result */
export function bubble({ original, translations, failures }) {
  const item = element('li', { className: 'mine' });
  if (original.audio) item.append(player(original.audio, 'What you said'));
  item.append(words(original.transcription, original.language));
  for (const { language, text, audio, fidelity } of Object.values(translations)) {
    const name = languageNames.of(language);
    const version = element('div', { className: 'version' });
    version.append(
      element('b', { textContent: name }),
      element('small', { textContent: FIDELITY[fidelity] }),
      player(audio, `Your message in ${name}`),
      words(text, language)
    );
    item.append(version);
  }
  for (const [language, { code }] of Object.entries(failures))
    item.append(element('small', { textContent: `Not in ${languageNames.of(language)}: ${code}` }));
  const time = new Date().toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
  item.append(element('small', { textContent: `You, ${time}` }));
  return item;
}

function words(text, language) {
  return element('p', { textContent: text, lang: language, dir: 'auto' });
}

function player(blob, label) {
  const audio = element('audio', { controls: true, src: URL.createObjectURL(blob) });
  audio.setAttribute('aria-label', label);
  return audio;
}

function element(name, properties) {
  return Object.assign(document.createElement(name), properties);
}
