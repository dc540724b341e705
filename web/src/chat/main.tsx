import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import '../ui/tokens.css';
import '../ui/base.css';
import { WordsProvider } from '../i18n';
import { ignoreStrayDrops } from '../ui/drop_guard';
import { ChatPage } from './ChatPage';

ignoreStrayDrops(window);
createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <WordsProvider>
      <ChatPage />
    </WordsProvider>
  </StrictMode>,
);
