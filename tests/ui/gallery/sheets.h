// The sheets of the gallery; each call makes a new window of 1280 by 800.
#pragma once

class QWidget;

QWidget* makeWidgetsSheet();
QWidget* makeChatSheet();     // as in the design's picture of the chat page
QWidget* makeMarkdownSheet(); // every kind of block
QWidget* makeModelsSheet();   // as in the design's picture of the models page
QWidget* makeStatesSheet();   // waiting, thinking, failed, stopped, long messages of the person
