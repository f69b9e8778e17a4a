/** Firefox's translation models, one direction each, in Bergamot: Marian compiled to WASM. */
export { BergamotTranslator, loadBergamot } from './translator';
