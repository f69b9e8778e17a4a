/** AudioSeal: a mark in speech that nobody hears and a detector finds, so that what a machine said can be told as such. */
export { Watermark } from './watermark';
