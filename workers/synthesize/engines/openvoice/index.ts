/** OpenVoice V2: the tone of a voice as 256 numbers, and speech carried from one tone to another. */
export { OpenVoice } from './openvoice';
