/** Every call of the SDK as a button, its answer as text, and every event. */

/** What each button calls. `given` is the form, `run` are a signal and what hears of progress. */
const CALLS = {
  requestPermission: (timbre, { may }, run) => timbre.requestPermission(may, run),
  processAudioMessage: (timbre, { audio, to, language, words, format, person }, run) =>
    timbre.processAudioMessage(audio, {
      ...run,
      targetLanguages: to,
      ...given({ language, format, senderId: person }),
      ...(words ? { transcription: { text: words, ...given({ language }) } } : {})
    }),
  transcribe: (timbre, { audio, language }, run) =>
    timbre.transcribe(audio, { ...run, ...given({ language }), returnTimestamps: true }),
  translate: (timbre, { text, language, to }, run) =>
    timbre.translate(text, { ...run, to, ...given({ from: language }) }),
  synthesize: (timbre, { text, language, format, person }, run) =>
    timbre.synthesize(text, { ...run, language: language || 'en', ...given({ format, userId: person }) }),
  uploadSample: (timbre, { audio, person, phrase }, run) =>
    timbre.uploadSample(audio, { ...run, ...given({ speakerProfileId: person, phraseText: phrase }) }),
  listSamples: (timbre, { person }, run) =>
    timbre.listSamples({ ...run, ...given({ speakerProfileId: person }) }),
  getSample: (timbre, { id }, run) => timbre.getSample(id, run),
  deleteSample: (timbre, { id }, run) => timbre.deleteSample(id, run),
  startTraining: (timbre, { person }, run) => timbre.startTraining(person || 'me', run),
  getTrainingStatus: (timbre, { id }, run) => timbre.getTrainingStatus(id, run),
  pollTrainingStatus: (timbre, { id }, run) => timbre.pollTrainingStatus(id, run),
  getVoiceModel: (timbre, { person }, run) => timbre.getVoiceModel(person || 'me', run),
  recalibrateVoiceModel: (timbre, { person }, run) => timbre.recalibrateVoiceModel(person || 'me', run),
  deleteVoiceModel: (timbre, { person }, run) => timbre.deleteVoiceModel(person || 'me', run),
  destroy: async (timbre) => timbre.destroy()
};
const EVENTS = ['permission', 'message', 'layout', 'training', 'place', 'connected', 'disconnected'];

const [panel, form, answers, events] = ['developer', 'calls', 'answers', 'events'].map((id) =>
  document.querySelector(`#${id}`)
);

/** @param {import('../src/index').Timbre} timbre */
export function openDeveloper(timbre, isOpen) {
  const toggle = document.querySelector('#developer-button');
  const show = (open) => {
    panel.hidden = !open;
    toggle.setAttribute('aria-expanded', String(open));
  };
  toggle.addEventListener('click', () => {
    show(panel.hidden);
    if (!panel.hidden) document.querySelector('#developer-title').focus();
  });
  show(isOpen);
  form.addEventListener('submit', (event) => event.preventDefault());
  for (const name of Object.keys(CALLS)) {
    const button = element('button', { type: 'button', textContent: name });
    button.addEventListener('click', () => void call(timbre, name));
    document.querySelector('#buttons').append(button);
  }
  for (const name of EVENTS)
    timbre.on(name, (detail) => events.prepend(element('li', { textContent: `${name} ${asText(detail)}` })));
}

async function call(timbre, name) {
  const cancelling = new AbortController();
  const entry = element('li');
  const state = element('span', { textContent: 'runs' });
  const cancel = element('button', { type: 'button', textContent: 'Cancel' });
  cancel.addEventListener('click', () => cancelling.abort());
  entry.dataset.call = name;
  entry.dataset.state = 'running';
  entry.append(element('b', { textContent: name }), ' ', state, ' ', cancel);
  answers.prepend(entry);
  try {
    const answer = await CALLS[name](timbre, formValues(), {
      signal: cancelling.signal,
      onProgress: ({ stage, currentStep, overall, progress }) =>
        (state.textContent = `${stage ?? currentStep} ${Math.round(100 * (overall ?? progress))} %`)
    });
    entry.dataset.state = 'done';
    state.textContent = 'is done';
    entry.append(element('pre', { tabIndex: 0, textContent: asText(answer) }), ...players(answer));
    if (typeof answer?.id === 'string') form.elements.id.value = answer.id;
  } catch (error) {
    entry.dataset.state = 'failed';
    entry.dataset.code = error.code;
    state.textContent = `failed: ${error.code ?? error.name}`;
    entry.append(element('pre', { tabIndex: 0, textContent: error.message }));
  }
  cancel.remove();
}

function formValues() {
  const { audio, to, ...others } = Object.fromEntries(new FormData(form));
  return { ...others, audio, to: to.split(/[\s,]+/).filter(Boolean), may: new FormData(form).getAll('may') };
}

/** Only what the form has. */
function given(options) {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value));
}

function asText(answer) {
  const brief = (_, value) =>
    value instanceof Blob ? `${value.type || 'Blob'}, ${value.size} bytes` : value;
  return JSON.stringify(answer, brief, 1) ?? '';
}

/** @returns a player for every sound in it. */
function players(answer) {
  if (answer instanceof Blob) return [element('audio', { controls: true, src: URL.createObjectURL(answer) })];
  return typeof answer === 'object' && answer ? Object.values(answer).flatMap(players) : [];
}

function element(name, properties) {
  return Object.assign(document.createElement(name), properties);
}
