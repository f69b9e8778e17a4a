import type { PhraseBook } from './types';

export const en: PhraseBook = {
  consent: (name) =>
    name
      ? `I, ${name}, allow Timbre to model my voice on this device.`
      : 'I allow Timbre to model my voice on this device.',
  phrases: {
    greeting: [
      'Hi, it’s me! I just wanted to see how you’re doing today.',
      'Good morning, everyone, and thank you so much for coming.',
      'Hello there! It’s been ages; I’ve missed our long chats.',
      'Good evening, just a quick message before I go to bed.'
    ],
    question: [
      'Could you tell me which bus goes to the station from here?',
      'What time shall we meet, and should I bring anything with me?',
      'Did you really choose the yellow jacket over the blue one?',
      'Who’s going to look after the dog while you’re away?'
    ],
    number: [
      'My train leaves from platform nine at a quarter past seven.',
      'That comes to forty-three pounds and eighteen pence, please.',
      'There were twelve of us in nineteen ninety-six, and now we’re over two hundred.',
      'The code is three, zero, five, eight, and then six twice.'
    ],
    emotion: [
      'Oh, that’s wonderful news, I’m so happy for both of you!',
      'I’m sorry, I really didn’t mean to hurt your feelings.',
      'Enough! I’ve asked you three times to turn that music down.',
      'Honestly, I was so nervous that I could hardly breathe.'
    ],
    everyday: [
      'I’m running a bit late, so please start without me.',
      'Don’t forget to buy bread, milk and some washing powder.',
      'The weather should clear up later, so let’s go for a walk.',
      'I left the keys on the kitchen table, next to your glasses.',
      'We’re having vegetable soup tonight; there’s enough for everybody.'
    ],
    sounds: [
      'She sells fresh fish and juicy oranges down by the harbour.',
      'The thick fog in the valley made both brothers shiver.',
      'A large yellow moth buzzed quietly around the orchard.',
      'Joyce usually measures the treasure with great pleasure.'
    ],
    passphrase: [
      'My voice belongs to me, and I decide who may speak with it.',
      'Seven silver foxes jump over the quiet garden wall at dawn.'
    ]
  }
};
