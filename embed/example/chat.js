/**
 * The chat of a veterinary practice. Voice messages are made by Timbre, in a frame where the composer is.
 * The example's server puts the address of your Timbre in place of https://timbre.example.
 *
 * ?headless  no recorder in the frame: the page brings its own       ?fr     the frame in French
 * ?to=en,fr  what messages are spoken in                             ?theme  light or dark
 * ?developer the panel with every call, open
 */
import { createTimbre } from 'https://timbre.example/embed/timbre.js';
import { bubble } from './bubble.js';
import { openDeveloper } from './developer.js';
import { openOwnComposer } from './own-composer.js';

const query = new URLSearchParams(location.search);
const root = document.documentElement;
const status = document.querySelector('#status');
const messages = document.querySelector('#messages');
const targetLanguages = (query.get('to') ?? 'en').split(',');

let theme = query.get('theme') ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');
root.dataset.theme = theme;

function show(result) {
  messages.append(bubble(result));
  messages.scrollTop = messages.scrollHeight;
  status.textContent = 'Sent.';
}

async function open() {
  status.textContent = 'Voice messages are on their way …';
  const timbre = await createTimbre({
    container: '#timbre',
    visible: !query.has('headless'),
    targetLanguages,
    theme,
    ...(query.has('fr') ? { locale: 'fr' } : {})
  });
  status.textContent = '';
  // The person recorded a message in the frame and pressed Send.
  timbre.on('message', show);
  timbre.on('disconnected', () => (status.textContent = 'Voice messages are gone for a moment.'));
  timbre.on('connected', () => (status.textContent = ''));
  return timbre;
}

try {
  const timbre = await open();
  // For the console.
  globalThis.timbre = timbre;
  if (query.has('headless')) openOwnComposer(timbre, { targetLanguages, status, show });
  openDeveloper(timbre, query.has('developer'));
  document.querySelector('#theme-button').addEventListener('click', () => {
    theme = theme === 'dark' ? 'light' : 'dark';
    root.dataset.theme = theme;
    timbre.setOptions({ theme });
  });
} catch (error) {
  // A TimbreError: `code` says what it is, `message` is for you.
  status.textContent = `There are no voice messages today (${error.code ?? 'the SDK did not load'}).`;
  console.error(error);
}
