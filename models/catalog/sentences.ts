/** Codes with an English sentence each. The page translates by the code. */

/** Where the catalogue's facts were read. */
export const SOURCES = {
  'model-notes':
    'The project’s notes on models, read in public sources up to November 2026, none run by us.',
  'model-card': 'The card beside the model’s files, measured by us.',
  files: 'The files themselves, as they ship.',
  'package-metadata': 'The package that the files come from, and its licence file.',
  'converted-pairs': 'transformers.js, scripts/extra/marian.py: the opus-mt models that were converted.',
  'wespeaker-list': 'WeSpeaker, docs/pretrained.md: where its models lie on the hub.',
  'mirror-list': 'The mirror’s list of files at commit 6f6acd72, as two public projects pin it.',
  'export-readme': 'alfredomariamilano/pocket-tts-onnx-export, HF_README.md: what the export contains.',
  'piper-voices-list': 'rhasspy/piper, VOICES.md: where its voices lie on the hub.',
  'piper-audit':
    'A public project’s audit of Piper’s voices: their cards, their data’s licences and their files, September 2026.',
  'hub-page': 'The model’s page on the hub, as public copies of it show it.',
  'public-projects': 'The source of public projects that fetch these files by name.',
  'bergamot-memory':
    'Measured by us in Bergamot, with random weights of the published sizes: docs/decisions/2026-11-26-two-more-translators.md.',
  computed: 'Worked out from the sizes of the model’s layers.',
  memory: 'From memory. To be looked up before anybody relies on it.'
} as const;
export type SourceId = keyof typeof SOURCES;

/** Why a variant is not used on a device. */
export const REASONS = {
  'half-precision-loops': 'At half precision on WebGPU it repeats itself or writes nonsense.',
  'q8-gibberish': 'With 8-bit weights on WebGPU the decoder writes gibberish.',
  'q8-on-cpu': 'Products of 8-bit weights run on the processor even on WebGPU, so WASM is the better place.',
  'only-q4-loads': 'On WASM the export with word times loads at q4 only.',
  'session-fails': 'Too large for WASM: the session cannot be created.',
  'wasm-faster': 'WASM is faster than WebGPU for this model.',
  'not-for-gpu': 'Its own program runs it, and that has no GPU version.',
  'too-small-for-gpu': 'So small that a GPU would only cost time.',
  'leaves-gpu-alone': 'It works beside the model that speaks, and leaves the GPU to that one.'
} as const;
export type ReasonCode = keyof typeof REASONS;

/** What a person should know of a model before they take it. */
export const CAUTIONS = {
  demonstration: 'Made to show how the app works: short everyday messages only.',
  robotic: 'Clear, but it sounds like a machine.',
  'crashes-ios-safari': 'Safari on iPhone and iPad was seen to crash with it again and again.',
  'quality-unknown': 'How good its translations are was not found measured.',
  'drops-sentences': 'It can drop or repeat sentences.',
  'one-pair-each': 'One model for each direction; other pairs go through English.',
  'browser-decides': 'The browser decides which pairs it has and fetches them itself.',
  'vendor-terms':
    'It is the browser vendor’s own, under its terms, and can’t be checked here; Chrome’s runs on the device and sends nothing.',
  'revenue-limit': 'Free only for those who earn less than a million US dollars a year.',
  'carries-accent': 'In another language it keeps the accent of the recording.',
  'no-watermark': 'The original marks its speech as made by a machine; this version of it does not.',
  'needs-base-voice': 'It changes the voice of speech that another model has made.',
  'research-parent':
    'Its recordings are free, but it began, or may have begun, as a voice whose recordings are for research only.',
  'licence-unknown': 'Under which terms its recordings are was not found.'
} as const;
export type CautionCode = keyof typeof CAUTIONS;

/** What a model lacks in one language. */
export const LANGUAGE_LIMITS = {
  'kana-only': 'It reads kana, and says “Chinese letter” for kanji.',
  'needs-reading': 'The text must first be written as it is read; the app cannot do that yet.'
} as const;
export type LanguageLimit = keyof typeof LANGUAGE_LIMITS;
