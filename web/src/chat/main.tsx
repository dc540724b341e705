import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import '../ui/tokens.css';
import '../ui/base.css';
import { WordsProvider } from '../i18n';
import { ChatPage } from './ChatPage';

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <WordsProvider>
      <ChatPage />
    </WordsProvider>
  </StrictMode>,
);
