/** Chatterbox Multilingual (Resemble AI): speaks text in the voice of some seconds of recorded speech. */
export { Chatterbox } from './chatterbox';
