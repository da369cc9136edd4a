'use client';
/** Whether the chat is open, and its panel once it has been loaded. The page pays for it only then. */
import { useCallback, useState } from 'react';

type Panel = typeof import('./chat-panel').ChatPanel;

export function useChatPanel() {
  const [isOpen, setOpen] = useState(false);
  const [Panel, setPanel] = useState<Panel | null>(null);
  const toggle = useCallback(() => {
    setOpen((open) => !open);
    void import('./chat-panel').then((module) => setPanel(() => module.ChatPanel));
  }, []);
  const close = useCallback(() => setOpen(false), []);
  return { isOpen, Panel: isOpen ? Panel : null, toggle, close };
}
