/** Signal arithmetic that several engines' front ends share. */
export { RealFft } from './fft';
export { hann } from './hann';
