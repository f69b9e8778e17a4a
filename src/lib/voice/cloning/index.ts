/** What the engines that clone make of a voice, for training. */
export { cloningEnrollers } from './enrollers';
