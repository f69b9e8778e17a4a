import type { PhraseBook } from './types';

/** As it is spoken in Portugal, like the starter translator's Portuguese. */
export const pt: PhraseBook = {
  consent: (name) =>
    name
      ? `Eu, ${name}, autorizo o Timbre a modelar a minha voz neste dispositivo.`
      : 'Autorizo o Timbre a modelar a minha voz neste dispositivo.',
  phrases: {
    greeting: [
      'Olá, sou eu! Só queria saber como é que tu estás.',
      'Bom dia a todos, ainda bem que puderam vir hoje.',
      'Há quanto tempo! Já tinha saudades das nossas conversas.',
      'Boa noite, deixo só uma mensagem rápida antes de me deitar.'
    ],
    question: [
      'Desculpe, sabe dizer-me que autocarro vai para a estação?',
      'A que horas nos encontramos, e é preciso levar alguma coisa?',
      'Preferiste mesmo o casaco amarelo em vez do azul?',
      'Quem é que fica com o cão enquanto vocês estão de férias?'
    ],
    number: [
      'O meu comboio parte da linha nove às sete e um quarto.',
      'São quarenta e três euros e dezoito cêntimos, por favor.',
      'Em mil novecentos e noventa e seis éramos doze, agora somos mais de duzentos.',
      'O código é três, zero, cinco, oito, e depois duas vezes seis.'
    ],
    emotion: [
      'Que notícia maravilhosa, fico tão feliz por vocês os dois!',
      'Desculpa, a sério, não era minha intenção magoar-te.',
      'Já chega! Pedi-te três vezes para baixares a música.',
      'Sinceramente, os nervos eram tantos que quase não conseguia respirar.'
    ],
    everyday: [
      'Vou chegar um pouco tarde, por isso comecem sem mim.',
      'Não te esqueças de comprar pão, leite e detergente.',
      'Mais logo o tempo deve abrir, e podemos ir dar uma volta.',
      'Deixei as chaves na mesa da cozinha, ao lado dos teus óculos.',
      'Esta noite há sopa de legumes, e chega para toda a gente.'
    ],
    sounds: [
      'O João pôs os pães e os limões em cima do balcão.',
      'A avó e o avô contam histórias à luz da lâmpada da sala.',
      'O coelho velho olhou para o milho e para as folhas molhadas.',
      'Amanhã a vizinha apanha castanhas e põe a chaleira ao lume.',
      'Choveu tanto em junho que o jardim cheirava a chá de gengibre.'
    ],
    passphrase: [
      'A minha voz é minha, e sou eu que decido quem a pode usar.',
      'Sete raposas prateadas saltam o muro do jardim ao amanhecer.'
    ]
  }
};
