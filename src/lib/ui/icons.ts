/** The app's own line icons, on a 24 × 24 grid, stroke 1.8. One path each: small, and nothing to fetch. */
export const ICONS = {
  messages:
    'M4 6.5A2.5 2.5 0 0 1 6.5 4h11A2.5 2.5 0 0 1 20 6.5v7a2.5 2.5 0 0 1-2.5 2.5H11l-4.5 4v-4A2.5 2.5 0 0 1 4 13.5Z',
  voice: 'M4 10.5v3M8 7v10M12 4v16M16 8v8M20 10.5v3',
  models: 'M12 3.5 19.5 7.7v8.6L12 20.5l-7.5-4.2V7.7ZM4.8 7.9 12 12l7.2-4.1M12 12v8',
  settings: 'M4 7h9M17 7h3M4 17h3M11 17h9M13 7a2 2 0 1 0 4 0 2 2 0 1 0-4 0M7 17a2 2 0 1 0 4 0 2 2 0 1 0-4 0',
  shield: 'M12 3.5 5 6v5.5c0 4.3 3 7.3 7 9 4-1.7 7-4.7 7-9V6ZM9 12l2.2 2.2 4-4.2',
  plus: 'M12 5v14M5 12h14',
  close: 'M6 6l12 12M18 6 6 18',
  check: 'M5 12.5 9.5 17 19 7',
  attention: 'M12 8v5M12 16.4v.1M3 12a9 9 0 1 0 18 0 9 9 0 1 0-18 0',
  again: 'M19 12a7 7 0 1 1-2.2-5.1M19 4v4h-4',
  back: 'M15 5l-7 7 7 7',
  down: 'M6 9.5l6 6 6-6',
  forward: 'M9 5l7 7-7 7',
  people:
    'M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM3 20c0-3.6 2.6-6 6-6s6 2.4 6 6M16 4.4a3.5 3.5 0 0 1 0 6.3M17.5 14.4c2.2.8 3.5 2.8 3.5 5.6',
  search: 'M4 10.5a6.5 6.5 0 1 0 13 0 6.5 6.5 0 1 0-13 0M15.4 15.4 20 20',
  microphone: 'M9 7a3 3 0 0 1 6 0v5a3 3 0 0 1-6 0ZM5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3',
  edit: 'M5 19l1-4L16.2 4.8a2 2 0 0 1 3 3L9 18ZM14.5 6.5l3 3',
  audio:
    'M7 3.5h7L19 8.5V19a1.5 1.5 0 0 1-1.5 1.5h-11A1.5 1.5 0 0 1 5 19V5A1.5 1.5 0 0 1 6.5 3.5ZM9 13v2M12 11v6M15 12.5v3',
  download: 'M12 4v11M7.5 11l4.5 4.5L16.5 11M5 19.5h14',
  upload: 'M12 15.5V4.5M7.5 9 12 4.5 16.5 9M5 19.5h14',
  share: 'M12 15V4M8 7.5 12 3.5l4 4M7 11H5.5v9h13v-9H17',
  bin: 'M5 7h14M10 7V4.5h4V7M7 7l.8 12.5h8.4L17 7M10.3 10.5v5.5M13.7 10.5v5.5',
  lock: 'M6.5 11h11v8.5h-11ZM8.5 11V8a3.5 3.5 0 0 1 7 0v3',
  info: 'M12 11v5.5M12 7.6v.1M3 12a9 9 0 1 0 18 0 9 9 0 1 0-18 0',
  send: 'M12 19V5.5M6 11l6-6 6 6',
  window:
    'M13 4.5h6.5V11M19 5l-8 8M10 5.5H6A1.5 1.5 0 0 0 4.5 7v11A1.5 1.5 0 0 0 6 19.5h11a1.5 1.5 0 0 0 1.5-1.5v-4',
  language: 'M4 6h9M8.5 4v2M11 6c-.8 3.7-3 6.4-6.5 8.2M6 9c1.2 2.2 3.2 4 6 5M12.5 20l4-9.5 4 9.5M13.9 17h5.2'
} as const;

/** Icons that are filled shapes. */
export const SOLID_ICONS = {
  play: 'M8 5.5v13L19 12Z',
  pause: 'M7.5 5.5h3v13h-3ZM13.5 5.5h3v13h-3Z',
  stop: 'M7 7h10v10H7Z',
  more: 'M4.6 12a.9 .9 0 1 0 1.8 0 .9 .9 0 1 0-1.8 0M11.1 12a.9 .9 0 1 0 1.8 0 .9 .9 0 1 0-1.8 0M17.6 12a.9 .9 0 1 0 1.8 0 .9 .9 0 1 0-1.8 0'
} as const;

export type IconName = keyof typeof ICONS | keyof typeof SOLID_ICONS | 'theme';
