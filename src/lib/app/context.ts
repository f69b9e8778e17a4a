import { createContext } from 'svelte';
import type { App } from './types';

/** The app, for the components below an `AppGate`. */
export const [useApp, provideApp] = createContext<App>();
