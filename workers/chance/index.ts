/** Chance that comes out the same for the same seed: what a model says must not change when it is asked again. */
export { normal, seedOf, uniform } from './chance';
